/**
 * Zip files, by a library that is loaded when it is needed: its tables take longer to make than this package to load.
 */
export const zip = (): Promise<typeof import('fflate')> => import('fflate');

/** How they begin. */
const MAGIC = [0x50, 0x4b, 0x03, 0x04];

export const isZip = (bytes: Uint8Array): boolean => MAGIC.every((x, i) => bytes[i] === x);

/** The files in a zip file, by name. */
export async function unzipped(file: Uint8Array, invalid: (cause: unknown) => Error): Promise<Record<string, Uint8Array>> {
  const { unzipSync } = await zip();
  try {
    return unzipSync(file);
  } catch (error) {
    throw invalid(error);
  }
}
