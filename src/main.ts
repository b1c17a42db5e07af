/** The service's entry: says how this process is to use memory, before anything is loaded, and goes on to serve. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// A body that streams past leaves its chunks to the young collector: at its usual 32 MB it lets some 70 MB of
// them lie (measured), at 4 a large envelope costs less memory and less time. A V8 without the flag ignores it.
setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');

// From source, every thread would take the types out of every file anew, for some 35 MB: what was compiled once
// is kept beside the packages for the next start. Threads look in the environment for the place.
if (import.meta.url.endsWith('.ts')) {
  const folder = fileURLToPath(new URL('../node_modules/.cache/lienthong', import.meta.url));
  // A folder that cannot be written is no hindrance.
  if (enableCompileCache(folder).directory !== undefined) process.env.NODE_COMPILE_CACHE ??= folder;
}

await import('./serve.ts');
