/**
 * Packs a folder of golden JSON into `golden/`: one Brotli file for each group of records.
 *
 *   node scripts/pack-golden.mjs FOLDER
 *
 * A packed group is lines of `name<TAB>JSON`, so that a reader finds one record without parsing the others. The JSON is
 * carried as it was written, not parsed and written again: JavaScript would turn -0.0 into 0. The records of a group
 * repeat each other's inputs, which Brotli's window of 16 MB finds and gzip's of 32 KB does not.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const FOLDERS = ['ops', 'modules'];
const FILES = ['optim', 'schedulers', 'printing', 'errors'];

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node scripts/pack-golden.mjs FOLDER');
  process.exit(2);
}

/** The text of one JSON file on one line, checked to be JSON. */
function record(path) {
  const text = readFileSync(path, 'utf8').trim();
  JSON.parse(text);
  if (/[\n\t]/.test(text)) throw new Error(`${path}: expected JSON on one line`);
  return `${basename(path, '.json')}\t${text}\n`;
}

function pack(group, paths) {
  const text = Buffer.from(paths.map(record).join(''));
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  writeFileSync(new URL(`${group}.tsv.br`, target), packed);
  console.log(`${group}: ${paths.length} records, ${text.length} bytes in ${packed.length}`);
}

const target = new URL('../golden/', import.meta.url);
mkdirSync(target, { recursive: true });
for (const group of FOLDERS) {
  const names = readdirSync(join(folder, group)).filter((name) => name.endsWith('.json'));
  pack(group, names.sort().map((name) => join(folder, group, name)));
}
for (const group of FILES) pack(group, [join(folder, `${group}.json`)]);
