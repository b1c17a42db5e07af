/**
 * The service. Reads the configuration, opens the hub, its door and its timers, and on SIGTERM stops
 * them in the reverse order: nothing that was accepted depends on stopping well.
 */
import { pino } from 'pino';
import { ConfigError, describeConfig, readConfig } from './config.ts';
import { consoleRouter } from './console/router.ts';
import { startDispatch } from './exchange/dispatch.ts';
import { sweepParked } from './exchange/parked.ts';
import { type RefreshMemory, refreshRevocation } from './exchange/revocation/refresh.ts';
import { rejudging } from './exchange/revocation/rounds.ts';
import { openGate } from './http/gate/gate.ts';
import { openDoor } from './http/server.ts';
import { openHub } from './open.ts';
import { sealing } from './oversight/sealing.ts';
import { brokerActs } from './serve/broker-acts.ts';
import { startTimers } from './timers.ts';

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } });

/** A wrong configuration is told to people, with all its mistakes (64); a folder, store or port that cannot be had, to the log (75). */
const refuse = (error: unknown): never => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(64);
  }
  log.fatal({ error }, 'LienThong cannot start');
  process.exit(75);
};

const config = (() => {
  try {
    return readConfig(process.env);
  } catch (error) {
    return refuse(error);
  }
})();

if (config.ignored.length > 0) log.warn({ variables: config.ignored }, 'these variables mean nothing here: misspelt?');
process.on('warning', (warning) => log.warn(warning.message));
const hub = await openHub(config).catch(refuse);
await hub.warm().catch(refuse);
const swept = await hub.originals.sweep(new Date(Date.now() - 24 * 3_600_000));
log.info(
  { config: Object.fromEntries(describeConfig(config).map(({ name, value, source }) => [name, `${value} (${source})`])), swept },
  'starting',
);
// What the store and the broker are, and what should be known of them: one member only, clocks apart, …
const { parts } = await hub.health();
for (const part of parts) log[part.state === 'ok' ? 'info' : 'warn']({ part }, `${part.name}: ${part.what}`);
if (config.hub === '') log.warn('LIENTHONG_HUB is not set: messages that come round in a loop are not recognised');
const refreshed: RefreshMemory = { asked: new Map(), after: null };
const refresh = async (stopping: AbortSignal): Promise<void> => {
  for (const result of await refreshRevocation(hub, refreshed, stopping)) log.info({ revocation: result }, 'asked for revocation');
};
const timers = startTimers(hub, log, {
  seal: { every: 1_000, run: sealing(hub) },
  parked: { every: 5_000, run: () => sweepParked(hub) },
  refresh: { every: 60_000, run: refresh },
  rejudge: { every: 2_000, run: rejudging(hub) },
  sweep: { every: 3_600_000, run: async () => void (await hub.originals.sweep(new Date(Date.now() - 24 * 3_600_000))) },
});
const secure = config.tlsKey !== null;
// One count of a system's calls, whichever door it comes to.
const gate = openGate(hub, config);
const door = await openDoor(hub, {
  ...config,
  gate,
  publicUrl: config.publicUrl === '' ? `${secure ? 'https' : 'http'}://${config.host}:${config.port}` : config.publicUrl,
  secureCookies: secure,
  ...(hub.broker === null ? {} : { taken: hub.broker.taken }),
  consoleRouter: consoleRouter(hub, { secureCookies: secure }),
  log,
}).catch(refuse);
const brokerDoor = hub.broker?.door({ hub, log, acts: brokerActs(hub, gate) });
log.info({ url: door.url }, 'LienThong is open');
const dispatch = startDispatch(hub, log, { ...config, publicUrl: config.publicUrl === '' ? door.url : config.publicUrl });

const stop = async (signal: string): Promise<void> => {
  log.info({ signal }, 'stopping');
  await Promise.all([door.close(), brokerDoor?.close()]);
  await dispatch.stop();
  await timers.stop();
  await hub.close();
  process.exit(0);
};
process.once('SIGTERM', (signal) => void stop(signal));
process.once('SIGINT', (signal) => void stop(signal));
