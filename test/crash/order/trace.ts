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

/** One accepted envelope, and a text that stands in its bytes and nowhere in its record. */
export type Accepted = { readonly sha256: string; readonly recordId: string; readonly mark: string };

/** Lines of the trace; null where it did not happen before the step after it. */
type Steps = Readonly<Record<'payloadSynced' | 'named' | 'folderSynced' | 'logWritten' | 'logSynced' | 'answered', number | null>>;
/** A large payload is a file with a name and a folder; a small one is a row, synced with the log. */
export type Order = { readonly kind: 'file' | 'row'; readonly steps: Steps };

const isSync = ({ name }: Event): boolean => /^f(data)?sync$/.test(name);
const isLogWrite = ({ name, text }: Event): boolean => name.startsWith('pwrite') && text.includes('-wal>');

/** Where something first happens after a line; null when that line is null too. */
const after = (events: readonly Event[], line: number | null, is: (event: Event) => boolean): number | null =>
  line === null ? null : (events.find((event) => event.at > line && is(event))?.at ?? null);
const syncedLog = (events: readonly Event[], line: number | null): number | null =>
  after(events, line, (event) => isSync(event) && event.text.includes('-wal>'));

const fileSteps = (events: readonly Event[], sha256: string): Pick<Steps, 'payloadSynced' | 'named' | 'folderSynced'> => {
  const folder = `originals/${sha256.slice(0, 2)}`;
  const naming = events.find(({ name, text }) => name.startsWith('rename') && text.includes(`${folder}/${sha256.slice(2)}`));
  const spool = /"([^"]*\/spool\/[^"]+)"/.exec(naming?.text ?? '')?.[1];
  const named = naming?.at ?? null;
  const payload = events.find(
    (event) => isSync(event) && spool !== undefined && event.text.includes(`<${spool}>`) && event.at < (named ?? 0),
  );
  const folderSynced = after(events, named, (event) => isSync(event) && event.text.includes(`${folder}>`));
  return { payloadSynced: payload?.at ?? null, named, folderSynced };
};

const orderOf = (events: readonly Event[], { sha256, recordId, mark }: Accepted): Order => {
  const file = fileSteps(events, sha256);
  const kind = file.named === null ? 'row' : 'file';
  const row = syncedLog(
    events,
    after(events, -1, (event) => isLogWrite(event) && event.text.includes(mark)),
  );
  const logWritten = after(events, -1, (event) => isLogWrite(event) && event.text.includes(recordId));
  const logSynced = syncedLog(events, logWritten);
  const answered = after(events, -1, ({ name, text }) => name === 'answer' && text.includes(recordId));
  return { kind, steps: { ...file, ...(kind === 'row' ? { payloadSynced: row } : {}), logWritten, logSynced, answered } };
};

export const ordersIn = (trace: string, accepted: readonly Accepted[]): readonly Order[] => {
  const events = eventsOf(trace);
  return accepted.map((one) => orderOf(events, one));
};

const orders = {
  file: ['payloadSynced', 'named', 'folderSynced', 'logWritten', 'logSynced', 'answered'],
  // A row may share its sync with the record's.
  row: ['payloadSynced', 'logSynced', 'answered'],
} as const;

/** What is wrong with an order, in words; '' when every step stands before the next. */
export const wrongWith = ({ kind, steps }: Order): string => {
  const names = orders[kind];
  for (const [index, step] of names.entries()) {
    const here = steps[step];
    if (here === null) return `${step} is missing`;
    const before = index === 0 ? null : steps[names[index - 1] ?? step];
    if (before !== null && (step === 'logSynced' && kind === 'row' ? here < before : here <= before))
      return `${step} stands before ${names[index - 1]}`;
  }
  return '';
};
