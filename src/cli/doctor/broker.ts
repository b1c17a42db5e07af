/** Whether the broker can be reached, and what it says it is. */
import type { OpenHub } from '../../open.ts';
import { grouped } from '../../oversight/numerals.ts';
import { type Finding, finding } from './finding.ts';

/** Milliseconds: a broker across a slow line needs some; an operator waits no longer. */
const connectWithin = 8_000;

/** Nothing where no broker is configured. */
export const brokerFindings = async ({ broker, accounts }: OpenHub): Promise<readonly Finding[]> => {
  if (broker === null) return [];
  broker.start();
  const until = Date.now() + connectWithin;
  while (broker.part().state === 'away' && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  const { what, state, remarks } = broker.part();
  const systems = (await accounts.list()).length;
  if (state === 'ok')
    return [
      finding('broker', 'ok', [
        `Hàng đợi ${what} kết nối được, ${grouped(systems)} hệ thống dùng hàng đợi`,
        `${what} is connected, ${systems} systems use it`,
      ]),
    ];
  const advice = 'Kiểm tra LIENTHONG_BROKER, tường lửa, tài khoản và dung lượng bộ nhớ, ổ đĩa của RabbitMQ (spec/operations.md)';
  return remarks.map(({ vi, en }) => finding('broker', 'error', [vi, en], advice));
};
