import { inReadingOrder } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";
import type { Place } from "./place.ts";
import { renamedFinding, renamer } from "./shown.ts";

/** What was found in one input; files are named as its project names them. */
export interface Told {
  readonly place: Pick<Place, "shown" | "nameFromHere" | "nameInRepository">;
  readonly findings: readonly Finding[];
}

/**
 * Every finding once, in reading order: files that use the same file bring the same findings of it.
 * Files are named as the user would from here, or as the repository does.
 */
export function gathered(told: readonly Told[], names: "here" | "repository"): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const { place, findings } of told) {
    const rename = renamer(names === "here" ? place.nameFromHere : place.nameInRepository);
    for (const one of findings) {
      const finding = renamedFinding(one, rename);
      const { source, start, end } = finding.span;
      found.set(JSON.stringify([source.name, start, end, finding.code, finding.text]), finding);
    }
  }
  return inReadingOrder([...found.values()]);
}
