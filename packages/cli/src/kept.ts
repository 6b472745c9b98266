/** Texts that runs of the very same program keep for each other, a file for each name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, isOurs, keepFile } from "./cache-folder.ts";
import type { Kept } from "./io.ts";

/** Of all of the program; by the build. */
declare const PROGRAM_DIGEST: string | undefined;

/** Null where nothing is to be kept, and for a program that is not built: its sources may change at any time. */
export function keptTexts(program = typeof PROGRAM_DIGEST === "undefined" ? null : PROGRAM_DIGEST): Kept | null {
  const folder = cacheFolder();
  if (program === null || folder === null) return null;
  const fileOf = (name: string): string => join(folder, `${program}-${shortName(name)}`);
  return {
    read: (name) => {
      try {
        return isOurs(folder) ? readFileSync(fileOf(name), "utf8") : null;
      } catch {
        return null;
      }
    },
    write: (name, text) => keepFile(fileOf(name), () => Buffer.from(text)),
  };
}

/** FNV-1a, twice over. Two names may have the same one: a text says itself whose it is. */
function shortName(name: string): string {
  const hash = (seed: number): string => {
    let value = seed;
    for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193);
    return (value >>> 0).toString(16).padStart(8, "0");
  };
  return hash(0x811c9dc5) + hash(0x9747b28c);
}
