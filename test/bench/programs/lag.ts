/** Loaded beside the hub: its event loop's delay since the last question, on SIGUSR2, into LIENTHONG_TEST_LAG. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.LIENTHONG_TEST_LAG;
if (isMainThread && file !== undefined) {
  const resolution = 10;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  process.on('SIGUSR2', () => {
    // The histogram holds the timer's own period too.
    writeFileSync(file, JSON.stringify({ p99: delay.percentile(99) / 1e6 - resolution, max: delay.max / 1e6 - resolution }));
    delay.reset();
  });
}
