/** Programs by others that the tests ask for a second opinion. In CI they must be there; elsewhere their absence is said aloud. */
import { spawnSync } from 'node:child_process';

/** True when the program can be run here. */
export const hasOracle = (program: string, probe = '--version'): boolean => {
  const found = spawnSync(program, [probe], { stdio: 'ignore' }).error === undefined;
  if (!found && process.env.CI === 'true') throw new Error(`${program} is missing; in CI it must be installed (.ci/run)`);
  if (!found) process.stderr.write(`\nSKIPPED: ${program} is not installed\n`);
  return found;
};
