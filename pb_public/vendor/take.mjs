// Takes the pinned modules from node_modules into this folder: `npm ci && npm run vendor`.
// Browsers resolve no bare names without an import map, and an import map would have to be an
// inline script, which our content security policy forbids. So bare names become relative paths here,
// and CHECKSUMS is written over the result.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import subsetFont from 'subset-font';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const modules = join(root, 'node_modules');

/** Our file name, where it comes from, and the package whose types describe it. */
const taken = [
  ['preact.mjs', 'preact/dist/preact.mjs', 'preact'],
  ['hooks.mjs', 'preact/hooks/dist/hooks.mjs', 'preact/hooks'],
  ['htm.mjs', 'htm/dist/htm.mjs', 'htm'],
  ['signals-core.mjs', '@preact/signals-core/dist/signals-core.mjs', '@preact/signals-core'],
  ['signals.mjs', '@preact/signals/dist/signals.mjs', '@preact/signals'],
  ['pocketbase.mjs', 'pocketbase/dist/pocketbase.es.mjs', 'pocketbase'],
  ['idb.mjs', 'idb/build/index.js', 'idb'],
  ['uqr.mjs', 'uqr/dist/index.mjs', 'uqr'],
];
const relative = {
  'preact': './preact.mjs',
  'preact/hooks': './hooks.mjs',
  '@preact/signals-core': './signals-core.mjs',
};
const withDefault = new Set(['htm', 'pocketbase']);

for (const [name, source, types] of taken) {
  const text = readFileSync(join(modules, source), 'utf8')
    .replace(/\n?\/\/# sourceMappingURL=.*$/m, '')
    .replace(/from\s*"([^"./][^"]*)"/g, (_, bare) => {
      if (!relative[bare]) throw new Error(`${name} imports ${bare}, which is not taken`);
      return `from"${relative[bare]}"`;
    });
  writeFileSync(join(here, name), text);
  const forTypes = `export * from '${types}';\n` + (withDefault.has(types) ? `export { default } from '${types}';\n` : '');
  writeFileSync(join(here, name.replace('.mjs', '.d.mts')), forTypes);
}

// The barcode reader is a large library of which we need three readers, so only those are kept.
await build({
  stdin: {
    contents: [
      ['default as BinaryBitmap', 'BinaryBitmap'], ['default as HybridBinarizer', 'common/HybridBinarizer'],
      ['default as RGBLuminanceSource', 'RGBLuminanceSource'], ['default as DecodeHintType', 'DecodeHintType'],
      ['default as EAN13Reader', 'oned/EAN13Reader'], ['default as EAN8Reader', 'oned/EAN8Reader'],
      ['default as Code128Reader', 'oned/Code128Reader'], ['default as QRCodeReader', 'qrcode/QRCodeReader'],
    ].map(([name, file]) => `export { ${name} } from './node_modules/@zxing/library/esm/core/${file}.js';`).join('\n'),
    resolveDir: root,
  },
  bundle: true, format: 'esm', minify: true, target: 'es2020', legalComments: 'none', outfile: join(here, 'barcode.mjs'),
});
const deep = ['oned/EAN8Reader'].map((file) => `export { default as ${file.split('/')[1]} } from '../../node_modules/@zxing/library/esm/core/${file}.js';\n`).join('');
writeFileSync(join(here, 'barcode.d.mts'), `export * from '@zxing/library';\n${deep}`);

// Fonts: the text face is Latin with its signs already; the mono face shows hashes and commands only.
const fonts = join(here, '..', 'fonts');
mkdirSync(fonts, { recursive: true });
writeFileSync(join(fonts, 'jakarta.woff2'),
  readFileSync(join(modules, '@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2')));
let ascii = '·…–';
for (let c = 32; c < 127; c++) ascii += String.fromCharCode(c);
const mono = readFileSync(join(modules, '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-500-normal.woff2'));
writeFileSync(join(fonts, 'mono.woff2'), await subsetFont(mono, ascii, { targetFormat: 'woff2', noLayoutClosure: true }));

const licences = {
  preact: 'preact', htm: 'htm', signals: '@preact/signals', pocketbase: 'pocketbase', idb: 'idb', uqr: 'uqr', zxing: '@zxing/library',
  'plus-jakarta-sans': '@fontsource-variable/plus-jakarta-sans', 'jetbrains-mono': '@fontsource/jetbrains-mono',
};
for (const [name, folder] of Object.entries(licences)) {
  const file = readdirSync(join(modules, folder)).find((f) => /^licen[cs]e/i.test(f));
  if (!file) throw new Error(`${folder} carries no licence text`);
  writeFileSync(join(here, 'licences', `${name}.txt`), readFileSync(join(modules, folder, file)));
}

const sums = [];
for (const folder of [here, fonts]) {
  for (const file of readdirSync(folder).sort()) {
    if (!/\.(mjs|woff2)$/.test(file) || ['take.mjs', 'check.mjs'].includes(file)) continue;
    const path = folder === here ? file : `../fonts/${file}`;
    sums.push(`${createHash('sha256').update(readFileSync(join(folder, file))).digest('hex')}  ${path}`);
  }
}
if (!existsSync(join(here, 'README.md'))) console.warn('README.md is missing: say there what each module is for');
writeFileSync(join(here, 'CHECKSUMS'), sums.join('\n') + '\n');
console.log(sums.join('\n'));
