/**
 * What a run of the benchmark found, and on what: the content of bench.json.
 */
import { cpus, totalmem } from 'node:os';
import type { Row } from '../measure/row.js';

export interface Environment {
  readonly date: string;
  readonly machine: string;
  readonly engine: string;
  readonly flags: string;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Report {
  readonly environment: Environment;
  readonly rows: readonly Row[];
}

/** What this process runs on; the CPU backend may have switched V8 features on by itself, which counts as no flag. */
export function environmentOf(versions: Readonly<Record<string, string>>): Environment {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')].filter((f) => f !== '');
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} hardware threads, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    engine: `Node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`,
    flags: flags.length === 0 ? 'none' : flags.join(' '),
    versions,
  };
}
