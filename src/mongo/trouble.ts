/** What goes wrong between us and the server: which of it passes, which is a clash of keys, and the HubError the rest becomes. */
import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError, MongoWriteConcernError } from 'mongodb';
import { failure, HubError } from '../errors.ts';

/** Thrown with a sentence that an operator can act on; the start fails with it. */
export class UnusableStore extends Error {}

/** Whether a transaction stands could not be found out in time. */
export class UnknownOutcome extends Error {}

/** The member is no primary (any more), or is going away: as the driver's specification lists them. */
const stateChange = new Set([
  91 /* ShutdownInProgress */, 189 /* PrimarySteppedDown */, 262 /* ExceededTimeLimit */, 9001 /* SocketException */,
  10107 /* NotWritablePrimary */, 11600 /* InterruptedAtShutdown */, 11602 /* InterruptedDueToReplStateChange */,
  13435 /* NotPrimaryNoSecondaryOk */, 13436 /* NotPrimaryOrSecondary */, 6 /* HostUnreachable */, 7 /* HostNotFound */,
  89 /* NetworkTimeout */, 134 /* ReadConcernMajorityNotAvailableYet */,
]);
/** It works, but not now, or not for us any more; no fault of the question. */
const unavailable = new Set([
  ...stateChange,
  13 /* Unauthorized */,
  18 /* AuthenticationFailed */,
  24 /* LockTimeout */,
  46 /* LockBusy */,
  50 /* MaxTimeMSExpired */,
  64 /* WriteConcernFailed */,
  79 /* UnknownReplWriteConcern */,
  100 /* UnsatisfiableWriteConcern */,
  146 /* ExceededMemoryLimit */,
  202 /* NetworkInterfaceExceededTimeLimit */,
  225 /* TransactionTooOld */,
  290 /* TransactionExceededLifetimeLimitSeconds */,
  391 /* ReauthenticationRequired */,
  462 /* IngressRequestRateLimitExceeded */,
  11601 /* Interrupted */,
]);
const diskFull = new Set([14031 /* OutOfDiskSpace */]);

/** A bulk write wraps what went wrong beneath it, and forgets its kind and labels. */
const layersOf = (error: unknown): readonly unknown[] =>
  error instanceof MongoServerError && error.errorResponse instanceof Error ? [error, ...layersOf(error.errorResponse)] : [error];

const codesOf = (error: unknown): readonly number[] =>
  layersOf(error).flatMap((layer) => {
    const { code } = layer as { code?: unknown };
    return typeof code === 'number' ? [code] : [];
  });
const hasCode = (error: unknown, codes: ReadonlySet<number>): boolean => codesOf(error).some((code) => codes.has(code));
const hasLabel = (error: unknown, label: string): boolean =>
  layersOf(error).some((layer) => layer instanceof MongoError && layer.hasErrorLabel(label));

/** Writing to a connection that the server has just ended: the driver throws what Node's socket threw, as it is. */
const isOfTheSocket = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^(EPIPE|ECONN|ETIMEDOUT|EHOST|ENET|ERR_STREAM_|ERR_SOCKET_)/.test(code);
};

/** The way to the server is broken, or its member is not the primary: whether a request arrived is not known. */
export const isLost = (error: unknown): boolean =>
  layersOf(error).some(
    (layer) => layer instanceof MongoNetworkError || layer instanceof MongoServerSelectionError || isOfTheSocket(layer),
  ) || hasCode(error, stateChange);

/** Two met, and nothing of ours stands. */
const conflict = new Set([112 /* WriteConflict */, 246 /* SnapshotUnavailable */, 251 /* NoSuchTransaction */]);

/**
 * Nothing of the transaction stands, and it may be tried again from its beginning. Old servers and their
 * look-alikes leave the label away where a member stepped down; bulk writes lose it.
 */
export const isTransient = (error: unknown): boolean =>
  hasLabel(error, 'TransientTransactionError') || isLost(error) || hasCode(error, conflict);

/** Whether the transaction stands is not known: the same commit may be sent again. */
export const isUnknown = (error: unknown): boolean =>
  hasLabel(error, 'UnknownTransactionCommitResult') ||
  isLost(error) ||
  layersOf(error).some((layer) => layer instanceof MongoWriteConcernError);

/** A unique index, or an `_id`, has that key already. */
export const isClash = (error: unknown): boolean => codesOf(error).includes(11_000);

/** Every driver error that is not the server's answer to a wrong question: pools and clients that are closed, expired sessions, … */
const isOfTheDriver = (error: unknown): boolean =>
  layersOf(error).some(
    (layer) => layer instanceof MongoError && /Network|Selection|NotConnected|Closed|Cleared|ExpiredSession|WaitQueue/.test(layer.name),
  );

/** The cause stays for the log; callers are told only the sentence of the table. A HubError, and a bug, stay as they are. */
export const errorFor = (error: unknown): Error => {
  if (error instanceof HubError) return error;
  const full = hasCode(error, diskFull);
  const away =
    error instanceof UnknownOutcome || isTransient(error) || isUnknown(error) || isOfTheDriver(error) || hasCode(error, unavailable);
  if (!full && !away) return error instanceof Error ? error : new Error(String(error));
  const told = failure(full ? 'disk.low' : 'store.unavailable');
  told.cause = error;
  return told;
};

type Port = Readonly<Record<string, (...values: never[]) => Promise<unknown>>>;

/** The same functions, failing with what callers understand. */
export const told = <Some extends Port>(port: Some): Some =>
  Object.fromEntries(
    Object.entries(port).map(([name, call]) => [
      name,
      async (...values: never[]) => {
        try {
          return await call(...values);
        } catch (error) {
          throw errorFor(error);
        }
      },
    ]),
  ) as Some;
