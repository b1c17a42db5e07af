/** `broker definitions`: the topology for an operator who may not use the management API, or lost the broker's data. */
import type { CommandLine, Given } from '../command.ts';
import { exits } from '../ending.ts';
import { withHub } from '../store.ts';
import { remark, type Terminal } from '../terminal.ts';
import { newPassword } from './password.ts';
import { provisioningFor } from './place.ts';

/** JSON with or without `--json`: there is no other form to import. */
const print = async (terminal: Terminal, given: Given) => {
  const provisioning = await provisioningFor(terminal);
  const accounts = await withHub(terminal, (hub) => hub.accounts.list());
  const fresh = given.passwords === true;
  const seats = accounts.map(({ system, user }) => ({ system, user, password: fresh ? newPassword() : null }));
  terminal.out(`${JSON.stringify(provisioning.definitions(seats), null, 2)}\n`);
  for (const { user, password } of seats) if (password !== null) remark(terminal, `${user} ${password}`);
  remark(
    terminal,
    fresh ? 'Mật khẩu chỉ hiện một lần, hãy lưu ngay.' : 'Không gồm tài khoản, quyền; thêm --passwords để cấp lại cho mọi hệ thống.',
  );
  return exits.done;
};

export const definitionsCommand: CommandLine = {
  name: 'broker definitions',
  takes: '',
  vi: 'In định nghĩa RabbitMQ (exchange, hàng đợi, chính sách) để nhập bằng rabbitmqctl import_definitions',
  en: 'print RabbitMQ definitions to be imported by hand',
  example: 'broker definitions > lienthong-definitions.json',
  options: [['--passwords', 'kèm tài khoản, quyền của mọi hệ thống với mật khẩu mới (in ra stderr)']],
  run: (terminal, _, given) => print(terminal, given),
};
