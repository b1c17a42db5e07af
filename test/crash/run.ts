/** Agencies work, things break, and what is left is judged. */
import { rm } from 'node:fs/promises';
import { type Client, clientOf } from '../support/client.ts';
import { temporaryFolder } from '../support/hub.ts';
import { type Account, openAccount } from './agencies/account.ts';
import { urlFor, userOf } from './agencies/accounts.ts';
import { openAmqpAgency, submit } from './agencies/amqp.ts';
import { collect, type Doors, send } from './agencies/http.ts';
import { lettersFrom } from './agencies/letters.ts';
import { openShift, pause, type Shift } from './agencies/shift.ts';
import { watchLockUps } from './faults/lock-up.ts';
import { type FaultName, inflict } from './faults/table.ts';
import type { PlantName } from './planted.ts';
import { type Share, shareOf } from './shares.ts';
import { type Engine, openStage, type Stage } from './stage.ts';
import { judge, type Verdict } from './verdict.ts';

export type CrashOptions = {
  readonly engine?: Engine;
  /** In this order. */
  readonly faults: readonly FaultName[];
  /** Accepted ones that end the sending; the faults are spread over them. */
  readonly envelopes: number;
  readonly plant?: PlantName;
  /** Seconds after which the hub gives again what was not acknowledged; ten unless said. */
  readonly againSeconds?: number;
  /** Seconds after the last fault, and the last envelope, by which all must be collected. */
  readonly within?: number;
  /** Aborted: no further fault and no further envelope; what was accepted so far is judged. */
  readonly enough?: AbortSignal;
  readonly say?: (text: string) => void;
};

export type CrashReport = Verdict & {
  readonly servers: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Of the hubs as they are at the end: one that was killed began to count anew. */
  readonly shares: readonly Share[];
  /** Times that a stand-in for MongoDB locked itself up and was started again (`faults/lock-up.ts`). */
  readonly lockUps: number;
};

const organs = 6;
/** Longer than any fault; what takes longer is asked of the other hub. */
const patience = 15_000;

/** The same agency at every hub. */
const doorsOf = (stage: Stage, key: string): Doors => stage.seats.map(({ url }) => clientOf(url, key, patience));

/** Begins each fault when its share of the envelopes was begun; what is sent meanwhile is at most another share. */
const breakThings = async (
  stage: Stage,
  faults: readonly FaultName[],
  shift: Shift,
  say: (text: string) => void,
): Promise<readonly FaultName[]> => {
  const share = shift.wanted / (faults.length + 1);
  let inflicted = 0;
  for (const [index, name] of faults.entries()) {
    shift.allowed = Math.ceil((index + 2) * share);
    while (shift.begun < (index + 0.5) * share && !shift.isEnough()) await pause(20);
    if (shift.isEnough()) break;
    inflicted = index + 1;
    const start = performance.now();
    say(`${name} …`);
    await inflict(name, stage);
    const took = ((performance.now() - start) / 1000).toFixed(1);
    say(`fault ${index + 1} of ${faults.length}, ${name}, ${took} s; ${shift.begun} begun, ${shift.accepted} accepted`);
  }
  shift.allowed = Number.POSITIVE_INFINITY;
  return faults.slice(0, inflicted);
};

/** What still stands in the inboxes once all is quiet and so many seconds went by. */
const drain = async (clients: readonly Client[], within: number): Promise<readonly string[]> => {
  const deadline = Date.now() + within * 1_000;
  for (;;) {
    const left = (await Promise.all(clients.map((client) => client.inbox().catch(() => null)))).flat();
    if (left.length === 0) return [];
    if (Date.now() > deadline) return left.map((item) => item?.deliveryId ?? 'an inbox that does not answer');
    await pause(200);
  }
};

type Working = {
  readonly accounts: readonly Account[];
  readonly sending: Promise<unknown>;
  /** Ends when the shift collects no more. */
  rest(): Promise<void>;
};

const work = (stage: Stage, books: string, shift: Shift, code: string, key: string): Working => {
  const [sent, collected] = [openAccount(books, `${code}-sent`), openAccount(books, `${code}-collected`)];
  const accounts = [sent, collected];
  const write = lettersFrom(stage.files, code, stage.codes);
  if (stage.queues !== null && stage.queued.includes(code)) {
    const agency = { url: urlFor(code, stage.queues.port), system: code, user: userOf(code), account: collected, shift };
    const line = openAmqpAgency(agency);
    return { accounts, sending: Promise.all([1, 2].map(() => submit(line, sent, write, shift))), rest: () => line.close() };
  }
  const doors = doorsOf(stage, key);
  const collecting = collect(doors, collected, shift);
  return { accounts, sending: Promise.all([1, 2].map(() => send(doors, sent, write, shift))), rest: () => collecting };
};

/** A bug of the hub is told to nobody outside: what its log has under the number of the incident. */
const withCause = (refusal: string, stage: Stage): string => {
  const incident = /"incident":"([^"]+)"/.exec(refusal)?.[1];
  const line = incident && stage.seats.flatMap((seat) => seat.incidents()).find((one) => one.includes(incident));
  return line ? `${refusal.slice(0, 100)} … ${line.slice(0, 2_000)}` : refusal;
};

export const crash = async (options: CrashOptions): Promise<CrashReport> => {
  const { engine = 'sqlite', faults, envelopes, within = 60, say = () => undefined } = options;
  const stage = await openStage({ ...options, engine, organs });
  const lockUps = watchLockUps(stage.mongo, say);
  const books = await temporaryFolder();
  const began = performance.now();
  try {
    const shift = openShift(envelopes, options.enough);
    const agencies = stage.codes.map((code, index) => work(stage, books, shift, code, stage.keys[index] ?? ''));
    const inflicted = await breakThings(stage, faults, shift, say);
    await Promise.all(agencies.map(({ sending }) => sending));
    say(`${((performance.now() - began) / 1000).toFixed(0)} s: all sent`);
    const [first] = stage.seats;
    const clients = stage.keys.map((key) => clientOf(first?.url ?? '', key, 60_000));
    const stuck = await drain(clients.slice(0, stage.codes.length), within);
    shift.collecting = false;
    await Promise.all(agencies.map(({ rest }) => rest()));
    const lines = agencies.flatMap(({ accounts }) => accounts.flatMap((account) => account.lines()));
    const shares = await Promise.all(stage.seats.map(shareOf));
    const verdict = await judge(lines, clients.at(-1) as Client, stuck);
    return {
      ...verdict,
      refused: verdict.refused.map((refusal) => withCause(refusal, stage)),
      shares,
      lockUps: lockUps.count(),
      servers: [stage.mongo?.name ?? 'SQLite', ...(stage.rabbit === null ? [] : [stage.rabbit.name])],
      faults: Object.fromEntries(Object.entries(Object.groupBy(inflicted, (name) => name)).map(([name, all]) => [name, all.length])),
      seconds: Math.round((performance.now() - began) / 1000),
    };
  } finally {
    await lockUps.close();
    await stage.close();
    await rm(books, { recursive: true, force: true });
  }
};

/** Everything that must be empty. */
export const wrongsOf = ({ lost, twice, changed, alerts, refused, stuck, figures }: Verdict): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries({ lost, twice, changed, alerts, refused, stuck, figures }).filter(([, found]) => found.length > 0));
