/** The server as an operator sees it, and whether it takes a write now. */
import type { Part } from '../hub/part.ts';
import { type Connection, durably } from './connection.ts';
import type { Proven } from './proof/prove.ts';
import { askServer, remarksOn, type Server } from './proof/server.ts';

/** How long an answer of `writable` holds, milliseconds, and how long it may take. */
const probeFor = 1_000;
const probeWithin = 3_000;

const within = <Value>(work: Promise<Value>, ms: number): Promise<Value> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** A real write, acknowledged by a majority; asked at most once a second. */
export const prober = ({ rows }: Connection): (() => Promise<boolean>) => {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<boolean> = Promise.resolve(true);
  const probe = (): Promise<boolean> =>
    within(
      rows.settings.updateOne(
        { _id: 'probe' },
        { $inc: { value: 1 } },
        { upsert: true, writeConcern: { ...durably, wtimeoutMS: probeWithin } },
      ),
      probeWithin,
    ).then(
      () => true,
      () => false,
    );
  return () => {
    const at = performance.now();
    if (at - asked < probeFor) return answer;
    asked = at;
    answer = probe();
    return answer;
  };
};

/** `MongoDB 8.0.4 (rs0, 3), w:majority j:true`: its version, its set and members, and what is asked of each write, not what is known of it. */
const describe = ({ build, hello }: Server): string =>
  `MongoDB ${String(build.version)} (${hello.setName ?? hello.msg ?? '-'}, ${hello.hosts?.length ?? 1}), w:majority j:true`;

/** Never throws; while it is away, what it was is still told. */
export const partOf = (connection: Connection, now: () => Date, { hasStreams }: Proven): (() => Promise<Part>) => {
  let what = 'MongoDB';
  let away: string | null = null;
  return async () => {
    try {
      const server = await within(askServer(connection), probeWithin);
      what = describe(server);
      away = null;
      const remarks = remarksOn(server, hasStreams);
      return { name: 'store', what, state: remarks.length === 0 ? 'ok' : 'warning', since: null, remarks };
    } catch {
      away ??= now().toISOString();
      const remarks = [{ vi: 'Không kết nối được máy chủ MongoDB', en: 'No MongoDB server answers' }];
      return { name: 'store', what, state: 'away', since: away, remarks };
    }
  };
};
