/** What the server says of itself: enough of it is refused, the rest told to the operator. */
import type { Document } from 'mongodb';
import type { Connection } from '../connection.ts';
import type { Sentence } from './finding.ts';

/** Transactions over several documents with all that the hub asks of them; older ones are out of support. */
const oldest = { wire: 17, name: '6.0' } as const;
/** Between this machine and the server, milliseconds: leases and times of acceptance are compared between processes. */
const clockTolerance = 5_000;

export type Server = { readonly build: Document; readonly hello: Document; readonly asked: number; readonly answered: number };

export const askServer = async ({ db }: Connection): Promise<Server> => {
  const admin = db.admin();
  const build = await admin.command({ buildInfo: 1 });
  const asked = Date.now();
  const hello = await admin.command({ hello: 1 });
  return { build, hello, asked, answered: Date.now() };
};

const numbersOf = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10));

const isOlder = (version: string): boolean => {
  const [major = 0, minor = 0] = numbersOf(version);
  const [least = 0, leastMinor = 0] = numbersOf(oldest.name);
  return major < least || (major === least && minor < leastMinor);
};

const when = (so: boolean, vi: string, en: string): readonly Sentence[] => (so ? [{ vi, en }] : []);

/** Refused: by its version, and where it is no member of a replica set, which has no transactions. */
export const shortcomingsOf = ({ build, hello }: Server): readonly Sentence[] => {
  const version = String(build.version ?? '?');
  return [
    ...when(
      Number(hello.maxWireVersion ?? 0) < oldest.wire || isOlder(version),
      `phiên bản ${version} quá cũ: cần MongoDB ${oldest.name} trở lên`,
      `version ${version} is too old: MongoDB ${oldest.name} or newer is needed`,
    ),
    ...when(
      hello.setName === undefined && hello.msg !== 'isdbgrid',
      'máy chủ không thuộc replica set nào, nên không có giao dịch: hãy chạy mongod với --replSet',
      'the server is in no replica set, so it has no transactions: run mongod with --replSet',
    ),
    ...when(
      hello.logicalSessionTimeoutMinutes === undefined || hello.logicalSessionTimeoutMinutes === null,
      'máy chủ không có phiên (session)',
      'the server has no sessions',
    ),
  ];
};

/** Fields by which servers that are not MongoDB's own give themselves away in `buildInfo`. */
const strangers = ['secantusVersion', 'ferretdb', 'ferretdbVersion', 'cosmosdb', 'documentdb'];

const isOwn = (build: Document): boolean =>
  !strangers.some((field) => field in build) && Array.isArray(build.storageEngines) && build.storageEngines.includes('wiredTiger');

/** How far the server's clock is from ours, milliseconds, at least: half of the way there and back is not counted. */
export const clockDifference = ({ hello, asked, answered }: Server): number => {
  const theirs = hello.localTime instanceof Date ? hello.localTime.getTime() : answered;
  if (theirs >= asked && theirs <= answered) return 0;
  return theirs < asked ? theirs - asked : theirs - answered;
};

/** Works, and should be known. */
export const remarksOn = (server: Server, hasStreams: boolean): readonly Sentence[] => {
  const { build, hello } = server;
  const seconds = Math.round(clockDifference(server) / 1_000);
  const members = [...(hello.hosts ?? []), ...(hello.passives ?? [])].length;
  return [
    ...when(
      hello.msg !== 'isdbgrid' && members < 2,
      'replica set chỉ có một máy: hỏng máy đó là mất dữ liệu; nên có ba',
      'the replica set has one member only: what is on it is lost with it; there should be three',
    ),
    ...when(
      !isOwn(build),
      'đây không phải máy chủ của chính MongoDB: những gì thử được đã thử, còn độ bền (w:majority, j:true) chỉ là theo lời máy chủ đó',
      "this is not MongoDB's own server: what can be tried was tried; how durable a write is (w:majority, j:true) is only as it says",
    ),
    ...when(
      Math.abs(clockDifference(server)) > clockTolerance,
      `đồng hồ máy chủ MongoDB lệch ${seconds} giây so với máy này: bật đồng bộ thời gian (NTP) trên cả hai`,
      `the clock of the MongoDB server is off by ${seconds} s from this machine's: synchronise both (NTP)`,
    ),
    ...when(
      !hasStreams,
      'máy chủ không có change stream: văn bản đến qua tiến trình khác được thấy chậm hơn vài giây',
      'the server has no change streams: what other processes accept is seen some seconds later',
    ),
  ];
};
