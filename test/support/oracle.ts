/** Programs by others that the tests ask for a second opinion. In CI they must be there; elsewhere their absence is said aloud. */
import { spawnSync } from 'node:child_process';

/** True when the program can be run here. */
export const hasOracle = (program: string, probe = '--version'): boolean =>
  found(program, spawnSync(program, [probe], { stdio: 'ignore' }).error === undefined);

/** Says it, or in CI fails, where something was looked for and is not here. */
export const found = (what: string, is: boolean): boolean => {
  if (!is && process.env.CI === 'true') throw new Error(`${what} is missing; in CI it must be installed (.ci/run)`);
  if (!is) process.stderr.write(`\nSKIPPED: ${what} is not installed\n`);
  return is;
};
