/**
 * Unpacks what the npm package `@sparticuz/chromium` carries, once for each of
 * its versions, into the cache of the workspace's node_modules.
 *
 * Invariant: a folder that has its final name is complete. It is filled under
 * another name and then renamed, so an interrupted process leaves nothing that
 * is taken for whole, and of two racing processes the first to finish wins.
 *
 * Reference: https://github.com/Sparticuz/chromium (bin/*.br).
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

/** What a folder is made of: archives of the package, and texts of our own. */
interface Contents {
  archives: string[];
  texts?: Record<string, string>;
}

/** The package's own fonts.conf names folders that exist on its home platform only. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const parts = {
  /** SwiftShader's Vulkan driver and the Vulkan loader. */
  driver: { archives: ['swiftshader.tar.br'] },
  /** Chromium with its own copy of the driver, the libraries that a bare system lacks, and a font. */
  browser: {
    archives: ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br', 'chromium.br'],
    texts: { 'fonts.conf': fontsConf },
  },
} satisfies Record<string, Contents>;

/** What of the package to unpack. */
export type Part = keyof typeof parts;

/** Root would otherwise keep the owners of the machine that packed. */
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const home = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));

/**
 * The folder that holds a part of the package, unpacked by the first call.
 *
 * @param part `driver` (0.2 s, 15 MB) or `browser` (4 s, 210 MB).
 * @param cache The folder to unpack into; by default one for this version of the package.
 * @returns The absolute path of the folder.
 * @throws Error on machines that the package has no binaries for.
 * @example
 * const folder = await unpack('driver'); // …/node_modules/.cache/sconce-adapter/143.0.4/driver
 */
export async function unpack(part: Part, cache?: string): Promise<string> {
  const machine = `${process.platform} ${process.arch}`;
  if (machine !== 'linux x64') {
    throw new Error(`The software adapter is for linux x64; on ${machine}, use the machine's own adapter and browser`);
  }
  const parent = cache ?? (await defaultCache());
  const target = join(parent, part);
  if (existsSync(target)) return target;

  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(`${target}-`);
  try {
    await fill(draft, parts[part]);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Beside the packages themselves, so that removing node_modules removes it too. */
async function defaultCache(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const marker = `${sep}node_modules${sep}`;
  const modules = home.slice(0, home.indexOf(marker) + marker.length);
  return join(modules, '.cache', 'sconce-adapter', version);
}

async function fill(folder: string, { archives, texts = {} }: Contents): Promise<void> {
  for (const archive of archives) {
    const name = basename(archive, '.br');
    const sink = name.endsWith('.tar')
      ? extract(folder, { map: (header) => ({ ...header, ...owner }) })
      : createWriteStream(join(folder, name), { mode: 0o755 });
    await pipeline(createReadStream(join(home, 'bin', archive)), createBrotliDecompress(), sink);
  }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
}
