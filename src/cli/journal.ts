/** `journal verify`: whether the tamper-evident log still follows from its first entry. */
import { checkChain } from '../oversight/journal.ts';
import { grouped } from '../oversight/numerals.ts';
import type { CommandLine } from './command.ts';
import { exits } from './ending.ts';
import { withHub } from './store.ts';
import { answer, type Terminal } from './terminal.ts';

const verify = async (terminal: Terminal) => {
  const chain = await withHub(terminal, checkChain);
  const intact = chain.brokenAt === null;
  answer(terminal, { intact, ...chain }, [
    intact ? 'Nhật ký nguyên vẹn' : `NHẬT KÝ KHÔNG NGUYÊN VẸN tại dòng số ${chain.brokenAt}`,
    `Đã niêm phong: ${grouped(chain.sealed)}; đang chờ: ${grouped(chain.unsealed)}`,
    `Mã cuối: ${chain.head}`,
  ]);
  return intact ? exits.done : exits.input;
};

export const journalCommand: CommandLine = {
  name: 'journal verify',
  takes: '',
  vi: 'Kiểm tra chuỗi niêm phong của nhật ký',
  en: 'check the chain of the tamper-evident log',
  example: 'journal verify',
  options: [],
  run: (terminal) => verify(terminal),
};
