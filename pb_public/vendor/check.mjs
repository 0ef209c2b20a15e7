// Compares every vendored file with CHECKSUMS; exit 1 when one differs, is missing, or is not listed.
// The same lines are read by `sha256sum -c CHECKSUMS`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tools = new Set(['take.mjs', 'check.mjs']);
const wrong = [];
const listed = new Set();

for (const line of readFileSync(join(here, 'CHECKSUMS'), 'utf8').trim().split('\n')) {
  const [sum, path] = line.split('  ');
  listed.add(path);
  const file = join(here, path);
  if (!existsSync(file)) wrong.push(`${path} is missing`);
  else if (createHash('sha256').update(readFileSync(file)).digest('hex') !== sum) wrong.push(`${path} differs`);
}
const present = [
  ...readdirSync(here).filter((f) => f.endsWith('.mjs') && !tools.has(f)),
  ...readdirSync(join(here, '..', 'fonts')).filter((f) => f.endsWith('.woff2')).map((f) => `../fonts/${f}`),
];
for (const path of present) if (!listed.has(path)) wrong.push(`${path} is not listed`);

for (const line of wrong) console.error(line);
process.exit(wrong.length ? 1 : 0);
