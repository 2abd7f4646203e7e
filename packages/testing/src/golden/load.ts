/**
 * Loads golden records from the packed data.
 *
 * A group is text of lines `name<TAB>JSON`; a record is parsed when it is asked for. Invariant: groups are read once and
 * kept. The text comes from a source, so that a browser can be served what Node reads from disk.
 *
 * Reference: scripts/pack-golden.mjs
 */
import type {
  ErrorRecord,
  ModuleRecord,
  OpRecord,
  OptimRecord,
  PrintingRecord,
  SchedulerRecord,
} from './records.js';

/** The groups, and what a record of each holds. */
export interface GoldenRecords {
  readonly ops: OpRecord;
  readonly modules: ModuleRecord;
  readonly optim: OptimRecord;
  readonly schedulers: SchedulerRecord;
  readonly printing: PrintingRecord;
  readonly errors: ErrorRecord;
}

export type GroupName = keyof GoldenRecords;

/** Answers the unpacked text of a group. */
export type GoldenSource = (group: GroupName) => Promise<string>;

/** A group of records, each parsed when it is read. */
export class GoldenGroup<R> {
  constructor(
    private readonly group: GroupName,
    private readonly texts: ReadonlyMap<string, string>,
  ) {}

  /** The names of all records, sorted. */
  get names(): string[] {
    return [...this.texts.keys()];
  }

  read(name: string): R {
    const text = this.texts.get(name);
    if (text === undefined) throw new Error(`golden data has no '${name}' among its ${this.texts.size} ${this.group}`);
    return JSON.parse(text) as R;
  }
}

/** The JSON of every record by its name. */
function splitRecords(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]));
}

/** Reads the packed files of this package, with Node. */
export const fromDisk: GoldenSource = async (group) => {
  const { readFile } = await import('node:fs/promises');
  const { brotliDecompressSync } = await import('node:zlib');
  // The same folder from the source and from the build.
  const root = import.meta.url.replace(/^(.*)\/(?:src|dist)\/.*$/, '$1/');
  const packed = await readFile(new URL(`golden/${group}.tsv.br`, root));
  return brotliDecompressSync(packed).toString('utf8');
};

/** Loads groups and keeps them. */
export class GoldenData {
  private readonly groups = new Map<GroupName, Promise<ReadonlyMap<string, string>>>();

  constructor(private readonly source: GoldenSource = fromDisk) {}

  async group<G extends GroupName>(name: G): Promise<GoldenGroup<GoldenRecords[G]>> {
    let texts = this.groups.get(name);
    if (texts === undefined) {
      texts = this.source(name).then(splitRecords);
      this.groups.set(name, texts);
    }
    return new GoldenGroup<GoldenRecords[G]>(name, await texts);
  }

  async op(name: string): Promise<OpRecord> {
    return (await this.group('ops')).read(name);
  }

  async module(name: string): Promise<ModuleRecord> {
    return (await this.group('modules')).read(name);
  }
}
