import { describe, expect, it } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { positionOf, type Source, textOf } from "../source.ts";
import { type Load, type Loaded, parseOnce, resolveUses } from "./files.ts";

/** Files by name, all in one folder; a text is a file, anything else is what loading it gives. */
function folder(files: Readonly<Record<string, string | Exclude<Loaded, { kind: "source" }>>>): {
  readonly load: Load;
  readonly loads: string[];
  source(name: string): Source;
} {
  const sources = new Map<string, Source>();
  const loads: string[] = [];
  const source = (name: string): Source => {
    const text = files[name];
    if (typeof text !== "string") throw new RangeError(name);
    const known = sources.get(name) ?? { name, text };
    sources.set(name, known);
    return known;
  };
  const load: Load = (path) => {
    const name = path.replace(/^\.\//, "");
    loads.push(name);
    const file = files[name];
    if (file === undefined) return { kind: "missing" };
    return typeof file === "string" ? { kind: "source", source: source(name) } : file;
  };
  return { load, loads, source };
}

function resolved(files: Parameters<typeof folder>[0]): { readonly names: readonly string[]; readonly report: Report } {
  const { load, source } = folder(files);
  const report = new Report();
  const found = resolveUses(parseOnce(source("entry.fbp"), report), load, report);
  return { names: found.map((file) => file.span.source.name), report };
}

const told = (report: Report) => report.diagnostics.map(({ code, text, span }) => `${code} ${textOf(span)} ${text}`);

describe("the files of a program", () => {
  it("are the entry, then what it uses, each once, in the order in which they are met", () => {
    const { names, report } = resolved({
      "entry.fbp": 'use "./a.fbp"\nuse "./b.fbp"\n',
      "a.fbp": 'use "./c.fbp"\n',
      "b.fbp": 'use "./c.fbp"\nuse "./a.fbp"\n',
      "c.fbp": "signal gone is transient\n",
    });
    expect(names).toEqual(["entry.fbp", "a.fbp", "c.fbp", "b.fbp"]);
    expect(told(report)).toEqual([]);
  });

  it("may not use each other in a circle, not even themselves", () => {
    const circle = resolved({
      "entry.fbp": 'use "./a.fbp"\n',
      "a.fbp": 'use "./b.fbp"\n',
      "b.fbp": 'use "./a.fbp"\n',
    });
    expect(circle.names).toEqual(["entry.fbp", "a.fbp", "b.fbp"]);
    expect(told(circle.report)).toEqual([
      'FBP2015 "./a.fbp" the files use each other in a circle: a.fbp -> b.fbp -> a.fbp',
    ]);
    expect(told(resolved({ "entry.fbp": 'use "./entry.fbp"\n' }).report)).toEqual([
      'FBP2015 "./entry.fbp" the files use each other in a circle: entry.fbp -> entry.fbp',
    ]);
  });

  it("are told of where they cannot be had, at the `use` that names them", () => {
    const { names, report } = resolved({
      "entry.fbp": 'use "./gone.fbp"\nuse "./out.fbp"\nuse "./picture.fbp"\nuse "./fine.fbp"\n',
      "out.fbp": { kind: "outside" },
      "picture.fbp": { kind: "unreadable", why: "it is not text" },
      "fine.fbp": "signal gone is transient\n",
    });
    expect(names).toEqual(["entry.fbp", "fine.fbp"]);
    expect(told(report)).toEqual([
      'FBP2012 "./gone.fbp" there is no file "./gone.fbp"',
      'FBP2013 "./out.fbp" "./out.fbp" lies outside the project\'s root',
      'FBP2014 "./picture.fbp" "./picture.fbp" cannot be read: it is not text',
    ]);
  });

  it("are read with their syntax errors, and a name that is missing is not loaded", () => {
    const { load, loads, source } = folder({ "entry.fbp": 'use\nuse "./a.fbp"\n', "a.fbp": "signal is transient\n" });
    const report = new Report();
    resolveUses(parseOnce(source("entry.fbp"), report), load, report);
    expect(loads).toEqual(["a.fbp"]);
    expect(report.diagnostics.map(({ span }) => span.source.name)).toEqual(["entry.fbp", "a.fbp"]);
  });

  it("end in a message, not in an endless program", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1200 }, (_, index) => [`f${index}.fbp`, `use "./f${index + 1}.fbp"\n`]),
    );
    const { names, report } = resolved({ ...chain, "entry.fbp": 'use "./f0.fbp"\n' });
    expect(names).toHaveLength(1000);
    expect(report.diagnostics.map(({ code }) => code)).toEqual(["FBP2014"]);
  });
});

describe("a source that was parsed before", () => {
  it("gives the same tree and its messages again", () => {
    const source = { name: "a.fbp", text: "signal is transient\n" };
    const [first, second] = [new Report(), new Report()];
    expect(parseOnce(source, first)).toBe(parseOnce(source, second));
    expect(second.diagnostics).toEqual(first.diagnostics);
    expect(first.diagnostics.map(({ span }) => positionOf(span.source, span.start).line)).toEqual([1]);
  });
});
