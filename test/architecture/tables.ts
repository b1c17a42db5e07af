/**
 * The two tables of the house as plain values: which area of `src` may import which, and where each
 * package is at home. An area is a folder of `src`, or one of its top-level files without `.ts`.
 */

export type Tables = {
  /** Area -> the areas it may import besides itself. An area that is not a key may not exist. */
  readonly areas: Readonly<Record<string, readonly string[]>>;
  /** Package, or Node module, -> the areas that may import it. One that is not a key may be imported nowhere. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
};

const field = ['envelope', 'signature', 'records', 'oversight', 'exchange'] as const;
const doors = ['http', 'vxp', 'console'] as const;
/** What each of them may use of us is the same; none may import another. */
const farSide = ['sqlite', 'mongo', 'amqp', 'upper', 'mail', 'webhook', 'antivirus', 'fetch'] as const;
const everyOne = (areas: readonly string[], may: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(areas.map((area) => [area, may]));

const areas: Tables['areas'] = {
  errors: [],
  envelope: ['errors'],
  signature: ['errors', 'envelope'],
  // `errors` for the Warning types that a record keeps (spec/decisions/0003).
  records: ['errors', 'envelope', 'signature'],
  // `errors` for the faults an inspection answers.
  hub: ['errors', 'envelope', 'signature', 'records'],
  oversight: ['errors', 'envelope', 'signature', 'records', 'hub'],
  exchange: ['errors', 'envelope', 'signature', 'records', 'hub', 'oversight'],
  ...everyOne(doors, ['errors', 'envelope', 'records', 'hub', 'oversight', 'exchange']),
  cli: ['errors', 'envelope', 'signature', 'records', 'hub', 'oversight', 'exchange', 'config', 'settings', 'open', 'demo'],
  ...everyOne(farSide, ['errors', 'envelope', 'records', 'hub']),
  // Bodies on their way in, on this machine's disk: both stores begin with them.
  spool: ['errors', 'hub'],
  sqlite: ['errors', 'envelope', 'records', 'hub', 'spool'],
  mongo: ['errors', 'envelope', 'records', 'hub', 'spool'],
  worker: ['errors', 'envelope', 'signature', 'hub'],
  settings: ['errors', 'records'],
  config: ['errors', 'records', 'settings'],
  // `errors` to say which store or broker this version does not have.
  open: ['errors', 'config', 'hub', 'records', 'signature', 'worker', ...farSide],
  main: ['serve'],
  // `errors`, `hub` and `records` for the types of what it hands to the door of the queues.
  serve: ['errors', 'config', 'hub', 'records', 'open', 'timers', ...doors, 'exchange', 'oversight'],
  timers: ['hub', 'exchange', 'oversight'],
  // The demonstration speaks to the hub over HTTP only: no hub, no store, no use case. Of oversight it
  // takes the Vietnamese sentences in which alerts and receipts are printed.
  demo: ['errors', 'envelope', 'signature', 'records', 'oversight'],
};

/** Where disk, processes and sockets may be touched; the field keeps out, except as said. */
const edge = ['worker', 'spool', ...farSide, ...doors, 'cli', 'demo', 'open', 'serve', 'timers', 'config'] as const;
const anywhere = [...field, ...edge, 'hub', 'settings'] as const;

const packages: Tables['packages'] = {
  express: doors,
  zod: ['http', 'vxp', 'console'],
  '@asteasolutions/zod-to-openapi': ['http'],
  '@fastify/busboy': ['http', 'vxp'],
  'swagger-ui-dist': ['http'],
  helmet: doors,
  'prom-client': ['http'],
  pino: ['http', 'serve', 'timers', 'cli'],
  eta: ['console'],
  commander: ['cli'],
  'cli-progress': ['cli', 'demo'],
  'cli-table3': ['cli', 'demo'],
  'csv-parse': ['cli', 'oversight'],
  'csv-stringify': ['oversight', 'cli'],
  yaml: ['config', 'settings', 'cli', 'http'],
  fflate: ['envelope', 'signature', 'demo'],
  'libxml2-wasm': ['envelope', 'signature'],
  'fast-xml-parser': ['envelope', 'signature'],
  xmlbuilder2: ['envelope', 'signature'],
  'node-forge': ['signature'],
  mongodb: ['mongo'],
  amqplib: ['amqp'],

  'node:sqlite': ['sqlite'],
  // A synchronous commit would hold up every other request, so the store keeps a thread of its own (spec/decisions/0004).
  'node:worker_threads': ['worker', 'sqlite'],
  'node:http': ['http', 'vxp', 'console', 'serve', 'cli', 'demo', 'upper', 'webhook', 'fetch'],
  'node:https': ['http', 'serve', 'cli', 'upper', 'webhook', 'fetch'],
  'node:net': ['config', 'cli', 'demo', 'http', 'fetch'],
  'node:dns': ['fetch'],
  'node:dns/promises': ['fetch'],
  'node:tls': ['http', 'serve', 'upper'],
  'node:child_process': ['cli', 'demo'],
  'node:readline': ['cli'],
  'node:readline/promises': ['cli'],
  'node:perf_hooks': ['cli', 'worker', 'http', 'demo', 'serve'],
  'node:events': ['open', 'worker', 'http', 'demo', 'cli', 'serve'],
  // The envelope decodes attachments into a folder it is handed: they never fit in memory.
  'node:fs': [...edge, 'envelope'],
  'node:fs/promises': [...edge, 'envelope'],
  'node:os': edge,
  'node:module': ['main', ...edge],
  'node:path': [...edge, 'envelope'],
  'node:url': ['main', ...edge],
  'node:v8': ['main'],
  'node:process': edge,
  'node:timers/promises': edge,
  'node:stream/promises': edge,
  'node:stream/consumers': edge,
  'node:buffer': anywhere,
  'node:crypto': anywhere,
  'node:stream': anywhere,
  'node:util': anywhere,
  'node:zlib': ['envelope', 'signature', 'http', 'demo'],
};

export const tables: Tables = { areas, packages };

/** All that may stand at the top of the repository. */
export const topLevel = [
  'src',
  'spec',
  'certs',
  'test',
  'package.json',
  'tsconfig.json',
  'Dockerfile',
  'README.md',
  'deploy',
  'LICENSE',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'package-lock.json',
  '.ci',
  '.biome.json',
  '.gitignore',
  '.dockerignore',
] as const;

/** Words that say nothing: no file or folder of `src` or `test` carries one. */
export const emptyWords = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'service',
  'services',
  'manager',
  'handler',
  'impl',
  'base',
  'data',
  'info',
  'index',
] as const;

export const limits = { functionLines: 40, fileLines: 250 } as const;
