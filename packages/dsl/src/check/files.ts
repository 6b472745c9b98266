import type { DigestFile } from "../contract/sources.ts";
import { type Diagnostic, Report } from "../diagnostics/index.ts";
import { digestText } from "../digest.ts";
import type { Load, Loaded } from "../loading.ts";
import type { Source, Span } from "../source.ts";
import { parse } from "../syntax/parse.ts";
import type * as tree from "../syntax/tree.ts";
import { isWritten } from "./settings.ts";

export type { Load, Loaded };

/** What a file of the project holds, as far as it is text: for who has no other way to ask for a digest. */
export function digestBy(load: Load): DigestFile {
  return (file) => {
    const loaded = load(file, ROOT);
    return loaded.kind === "source" ? { kind: "digest", digest: digestText(loaded.source.text) } : loaded;
  };
}

/** What is named relative to it is named relative to the project's root. */
const ROOT: Source = { name: "", text: "" };

/** More files than this in one program are a mistake, or an attack. */
const MOST_FILES = 1000;

/** Loads what a text in a policy names; a file that cannot be had is reported at that text. */
export function loadNamed(load: Load, name: tree.Text, report: Report): Source | null {
  const loaded = load(name.value, name.span.source);
  if (loaded.kind === "source") return loaded.source;
  reportUnloaded(loaded, name.value, name.span, report);
  return null;
}

function reportUnloaded(loaded: Exclude<Loaded, { kind: "source" }>, file: string, place: Span, report: Report): void {
  switch (loaded.kind) {
    case "missing":
      report.add("FBP2012", place, { file });
      return;
    case "outside":
      report.add("FBP2013", place, { file });
      return;
    case "unreadable":
      report.add("FBP2014", place, { file, why: loaded.why });
      return;
  }
}

/**
 * The entry and all files that it brings in by `use`, each once, the entry first, then in the order in
 * which they are met. A file that cannot be had, and a circle, are reported at the `use` that names it.
 */
export function resolveUses(entry: tree.File, load: Load, report: Report): readonly tree.File[] {
  const files: tree.File[] = [entry];
  const met = new Set<string>([entry.span.source.name]);
  const above: string[] = [];

  const follow = (file: tree.File): void => {
    above.push(file.span.source.name);
    for (const item of file.items) {
      if (item.kind !== "use" || item.file === null || !isWritten(item.file)) continue;
      const source = loadNamed(load, item.file, report);
      if (source === null) continue;
      const circle = above.indexOf(source.name);
      if (circle >= 0) {
        report.add("FBP2015", item.file.span, { circle: [...above.slice(circle), source.name] });
        continue;
      }
      if (met.has(source.name)) continue;
      met.add(source.name);
      if (met.size > MOST_FILES) {
        report.add("FBP2014", item.file.span, {
          file: item.file.value,
          why: `a program has at most ${MOST_FILES} files`,
        });
        break;
      }
      const used = parseOnce(source, report);
      files.push(used);
      follow(used);
    }
    above.pop();
  };

  follow(entry);
  return files;
}

const parsed = new WeakMap<Source, { readonly file: tree.File; readonly diagnostics: readonly Diagnostic[] }>();

/**
 * `parse`, but a source that was parsed before gives its tree and its messages again without work. A
 * tree is kept as long as its source is.
 */
export function parseOnce(source: Source, report: Report): tree.File {
  let found = parsed.get(source);
  if (found === undefined) {
    const own = new Report();
    found = { file: parse(source, own), diagnostics: own.diagnostics };
    parsed.set(source, found);
  }
  report.diagnostics.push(...found.diagnostics);
  return found.file;
}
