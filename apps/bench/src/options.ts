/**
 * The command line.
 */
import { parseArgs } from 'node:util';

const HELP = `Sconce beside its peers, in one process.

  npm run bench -- [options]

  --only TEXT       rows whose title or section holds TEXT, in small letters or large; several with commas between
  --peers LIST      tfjs, jax-js, torch; with commas between, or none (default: all that are there)
  --python PATH     an interpreter that has torch (default: $SCONCE_BENCH_PYTHON or python3)
  --node24 PATH     a Node 24 for the row with V8's revectorisation (default: $SCONCE_BENCH_NODE24)
  --threads N       threads of Sconce (default: one a core)
  --out FOLDER      where bench.json, bench.html and bench.md go (default: bench-results)
`;

export const PEERS = ['tfjs', 'jax-js', 'torch'] as const;
export type Peer = (typeof PEERS)[number];

export interface Options {
  readonly only: readonly string[];
  readonly peers: readonly Peer[];
  /** The interpreter that is asked for torch. */
  readonly python: string;
  readonly node24?: string;
  readonly threads?: number;
  readonly out: string;
}

const isPeer = (name: string): name is Peer => (PEERS as readonly string[]).includes(name);

export function fail(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(1);
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '' && part !== 'none');

/** The options of this process; ends it with the help where they make no sense. */
export function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        peers: { type: 'string', default: PEERS.join() },
        python: { type: 'string', default: process.env.SCONCE_BENCH_PYTHON ?? 'python3' },
        node24: { type: 'string', default: process.env.SCONCE_BENCH_NODE24 },
        threads: { type: 'string' },
        out: { type: 'string', default: 'bench-results' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const peers = list(values.peers);
    const unknown = peers.find((name) => !isPeer(name));
    if (unknown !== undefined) fail(`--peers: '${unknown}' is not known; there are ${PEERS.join(', ')}.`);
    const threads = values.threads === undefined ? undefined : Number(values.threads);
    if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) fail(`--threads: '${values.threads}' is no whole number from 1.`);
    return { only: list(values.only.toLowerCase()), peers: peers.filter(isPeer), python: values.python, node24: values.node24, threads, out: values.out };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
