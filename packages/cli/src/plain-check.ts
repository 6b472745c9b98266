/** `fbp check FILE…` without an option, which is run at every save: commander takes longer to load than to tell. */
import { DEFAULT_FORMAT, DEFAULT_PROFILE } from "./defaults.ts";
import type { Io } from "./io.ts";

/** The files of such a command line; null for any other. */
export function plainFiles([command, ...files]: readonly string[]): readonly string[] | null {
  const isPlain =
    command === "check" && files.length > 0 && files.every((file) => file === "-" || !file.startsWith("-"));
  return isPlain ? files : null;
}

/** @returns the exit status */
export async function checkPlain(io: Io, files: readonly string[]): Promise<number> {
  const { check } = await import("./actions/check.ts");
  return check(io, {
    files,
    format: DEFAULT_FORMAT,
    profile: DEFAULT_PROFILE,
    asOf: io.today(),
    explain: false,
    watch: false,
  });
}
