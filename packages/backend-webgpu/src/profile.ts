/**
 * Profiles: what is worth doing on an adapter. A GPU wants tens of thousands of invocations and has fast workgroup memory;
 * a software adapter has a few SIMD lanes, dear barriers, and a compiler whose time counts.
 *
 * Invariant: a profile changes which programs a kernel becomes, and results only by rounding.
 */
import type { DirectTile } from './templates/direct.js';
import type { SharedTile } from './templates/tile.js';

export interface Profile {
  /** Invocations that keep the adapter busy. */
  readonly parallel: number;
  /** Invocations of a workgroup where nothing is shared. */
  readonly workgroupSize: number;
  /** Most invocations of a workgroup that works on one grid point together; 0: such workgroups are not worth their barriers. */
  readonly teamSize: number;
  /** Most members of a subgroup; 0: there are none. */
  readonly subgroupSize: number;
  /** Multiply-adds from which a contraction gets tiles. */
  readonly tiledWork: number;
  readonly direct: DirectTile;
  /** Tiles in workgroup memory, the largest first. */
  readonly shared: readonly SharedTile[];
  /** Index comparisons up to which a scatter looks at every source for every result. */
  readonly gatherWork: number;
  /** Whether sorting on the device is quicker than reading back, sorting on one thread and uploading. */
  readonly sorts: boolean;
}

const GPU: Profile = {
  parallel: 1 << 15,
  workgroupSize: 64,
  teamSize: 256,
  subgroupSize: 0,
  tiledWork: 1 << 15,
  direct: { rows: 4, columns: 4 },
  shared: [
    { down: 16, across: 16, rows: 8, columns: 8, depth: 16 },
    { down: 16, across: 16, rows: 4, columns: 4, depth: 16 },
    { down: 8, across: 8, rows: 4, columns: 4, depth: 16 },
  ],
  gatherWork: 1 << 28,
  sorts: true,
};

const SOFTWARE: Profile = {
  parallel: 64,
  workgroupSize: 16,
  teamSize: 0,
  subgroupSize: 0,
  tiledWork: 1 << 16,
  direct: { rows: 4, columns: 8 },
  shared: [],
  gatherWork: 0,
  sorts: false,
};

/** What of an adapter bounds its profile. */
export interface AdapterTraits {
  /** A software adapter. */
  readonly isFallback: boolean;
  readonly limits: { readonly maxComputeInvocationsPerWorkgroup: number; readonly maxComputeWorkgroupStorageSize: number };
  /** Most members of a subgroup; 0: there are none. */
  readonly subgroupSize: number;
}

/** The profile of an adapter, within its limits. */
export function profileOf({ isFallback, limits, subgroupSize }: AdapterTraits): Profile {
  if (isFallback) return { ...SOFTWARE, subgroupSize };
  const fits = (t: SharedTile): boolean =>
    t.down * t.across <= limits.maxComputeInvocationsPerWorkgroup && 4 * t.depth * (t.down * t.rows + t.across * t.columns) <= limits.maxComputeWorkgroupStorageSize;
  return { ...GPU, subgroupSize, shared: GPU.shared.filter(fits), teamSize: Math.min(GPU.teamSize, limits.maxComputeInvocationsPerWorkgroup) };
}
