/**
 * Reads `strace -f -y` of a hub and tells, envelope by envelope, in which order its payload was synced,
 * its log was synced and its 202 was written: kill -9 cannot show this, the page cache outlives a process.
 */
type Event = { readonly at: number; readonly thread: string; readonly name: string; readonly text: string };

/** `123  fdatasync(20</path>) = 0`, or its two halves around other threads' lines. Each event stands where it *ended*, a socket write where it began. */
const line = /^(?:\[pid\s+)?(\d+)\]?\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()([\s\S]*)$/;

const eventsOf = (trace: string): readonly Event[] => {
  const open = new Map<string, string>();
  const events: Event[] = [];
  for (const [at, text] of trace.split('\n').entries()) {
    const found = line.exec(text);
    if (found === null) continue;
    const [, thread = '', resumed, started, rest = ''] = found;
    if (started !== undefined && rest.includes('<unfinished ...>')) {
      open.set(thread, rest);
      if (/^(?:write|writev|sendto|sendmsg)$/.test(started) && rest.includes('HTTP/1.1 202'))
        events.push({ at, thread, name: 'answer', text: rest });
      continue;
    }
    const name = resumed ?? started ?? '';
    const whole = resumed === undefined ? rest : `${open.get(thread) ?? ''}${rest}`;
    // An unfinished answer was taken where it began.
    if (/^(?:write|writev|sendto|sendmsg)$/.test(name)) {
      if (resumed === undefined && whole.includes('HTTP/1.1 202')) events.push({ at, thread, name: 'answer', text: whole });
    } else events.push({ at, thread, name, text: whole });
  }
  return events;
};

export type Order = {
  readonly sha256: string;
  /** Lines of the trace; null where it did not happen before the next step. */
  readonly payloadSynced: number | null;
  readonly named: number | null;
  readonly folderSynced: number | null;
  readonly logWritten: number | null;
  readonly logSynced: number | null;
  readonly answered: number | null;
};

const orderOf = (events: readonly Event[], sha256: string): Order => {
  const original = `originals/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  const named = events.find(({ name, text }) => name.startsWith('rename') && text.includes(original));
  const spool = /"([^"]*\/spool\/[^"]+)"/.exec(named?.text ?? '')?.[1] ?? '\u0000';
  const payload = events.find(({ name, text, at }) => /^f(data)?sync$/.test(name) && text.includes(`<${spool}>`) && at < (named?.at ?? 0));
  const folder = events.find(
    ({ name, text, at }) =>
      name === 'fsync' && text.includes(`originals/${sha256.slice(0, 2)}>`) && at > (named?.at ?? Number.POSITIVE_INFINITY),
  );
  const written = events.find(({ name, text }) => name.startsWith('pwrite') && text.includes('-wal>') && text.includes(sha256));
  const synced = events.find(
    ({ name, text, at }) => /^f(data)?sync$/.test(name) && text.includes('-wal>') && at > (written?.at ?? Number.POSITIVE_INFINITY),
  );
  const answered = events.find(({ name, text }) => name === 'answer' && text.includes(sha256));
  const at = (event: Event | undefined): number | null => event?.at ?? null;
  return {
    sha256,
    ...{ payloadSynced: at(payload), named: at(named), folderSynced: at(folder) },
    ...{ logWritten: at(written), logSynced: at(synced), answered: at(answered) },
  };
};

export const ordersIn = (trace: string, digests: readonly string[]): readonly Order[] => {
  const events = eventsOf(trace);
  return digests.map((digest) => orderOf(events, digest));
};

/** What is wrong with an order, in words; '' when every step stands before the next. */
export const wrongWith = (order: Order): string => {
  const steps = ['payloadSynced', 'named', 'folderSynced', 'logWritten', 'logSynced', 'answered'] as const;
  for (const [index, step] of steps.entries()) {
    const here = order[step];
    if (here === null) return `${step} is missing`;
    const before = index === 0 ? null : order[steps[index - 1] ?? step];
    if (before !== null && here <= before) return `${step} stands before ${steps[index - 1]}`;
  }
  return '';
};
