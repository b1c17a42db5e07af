/** `npm run docs`: writes the generated parts of README.md and spec/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { asyncApiPage } from './asyncapi.ts';
import { errorsPage, withAlgorithms, withSettings } from './write.ts';

const root = new URL('../..', import.meta.url);
const readme = new URL('README.md', root);
writeFileSync(readme, withSettings(readFileSync(readme, 'utf8')));
writeFileSync(new URL('spec/errors.md', root), errorsPage());
writeFileSync(new URL('spec/asyncapi.yaml', root), asyncApiPage());
const signatures = new URL('spec/signature.md', root);
writeFileSync(signatures, withAlgorithms(readFileSync(signatures, 'utf8')));
