import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadContract } from "../contract/load.ts";
import { Report } from "../diagnostics/index.ts";
import { span } from "../source.ts";
import { parse } from "../syntax/parse.ts";
import { type SchemaLoader, unfoldAccept } from "./accept.ts";

const FILE = join(import.meta.dirname, "fixtures/predicates/contracts/rich.contract.json");
const RICH = loadContract({ name: "rich", text: readFileSync(FILE, "utf8") }, new Report());
const SCHEMA = { type: "object" };

function accept(text: string, load: SchemaLoader = () => ({ kind: "loaded", schema: SCHEMA }), report = new Report()) {
  if (RICH === null) throw new Error("the fixture is a valid contract");
  const source = { name: "case.fbp", text: text === "" ? "" : `accept for rich {\n${text}\n}` };
  const block = parse(source, report).items.find((item) => item.kind === "accept") ?? null;
  const place = span({ name: "policy.fbp", text: "rich" }, 0, 4);
  return unfoldAccept(block, { name: "rich", loaded: RICH }, load, place, report, () => {});
}

describe("unfoldAccept", () => {
  it("keeps the checks in their order, each under its name", () => {
    const checks = accept('a response.kind == "chat"\nstandard\nshape content matches schema "./s.json" as json');
    expect(checks.map(({ kind, name }) => [kind, name])).toEqual([
      ["check", "a"],
      ["standard", "standard"],
      ["matches_schema", "shape"],
    ]);
  });

  it("has `standard` where there is no block, and blames the contract's name for it", () => {
    const [only, ...more] = accept("");
    expect(only?.kind).toBe("standard");
    expect(only?.span.source.name).toBe("policy.fbp");
    expect(more).toEqual([]);
  });

  it("names a schema's check where the policy does not", () => {
    const [check] = accept('content matches schema "./s.json" as json');
    expect(check).toMatchObject({ kind: "matches_schema", name: "content_schema", schema: SCHEMA });
  });

  it("asks the loader for the file as it is written, with its place", () => {
    const asked: string[] = [];
    const load: SchemaLoader = (file) => {
      asked.push(`${file.value} in ${file.span.source.name}`);
      return { kind: "loaded", schema: true };
    };
    expect(accept('content matches schema "./s.json" as json', load)).toHaveLength(1);
    expect(asked).toEqual(["./s.json in case.fbp"]);
  });

  it("leaves out a check with a mistake, and keeps the others", () => {
    const report = new Report();
    const checks = accept('standard\na response.kinds == "chat"\nb response.kind == "chat"', undefined, report);
    expect(checks.map(({ name }) => name)).toEqual(["standard", "b"]);
    expect(report.diagnostics.map(({ code }) => code)).toEqual(["FBP2101"]);
  });

  it("says why a schema cannot be used", () => {
    const report = new Report();
    accept('content matches schema "./s.json" as json', () => ({ kind: "failed", why: "is a folder" }), report);
    expect(report.diagnostics.map(({ text }) => text)).toEqual(['the schema "./s.json" is a folder']);
  });
});
