/**
 * Every bit of every shape: `node test/signature/mutation/main.ts [NAME…]`. Prints what was tried and what
 * was accepted; exit 1 when a flip outside the brackets of Contents passes. Minutes, not seconds.
 */
import { makeKit } from '../kit.ts';
import { flipEach } from './flips.ts';
import { shapesOf } from './shapes.ts';

const kit = await makeKit();
const wanted = process.argv.slice(2);
const every = [0, 1, 2, 3, 4, 5, 6, 7];

for (const [name, file] of shapesOf(kit)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  const { tried, accepted, harmless, later, unsigned } = flipEach(file.bytes, kit.verify, () => every);
  const places = [...new Set(unsigned.map((one) => one.place))];
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${name}: ${file.bytes.length} bytes, ${tried} flips in ${seconds} s`);
  console.log(`  accepted though signed: ${accepted.length} ${JSON.stringify(accepted.slice(0, 20))}`);
  console.log(
    `  case of a hex digit: ${harmless.length}; unsigned parts of the CMS: ${unsigned.length} flips at bytes ${places.join(' ')}`,
  );
  console.log(`  behind the last signature: ${later.length}`);
  if (accepted.length > 0) process.exitCode = 1;
}
