/** Checks a predicate that stands in a text, over a contract whose request has a made-up schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadContract } from "../../../contract/load.ts";
import { Report } from "../../../diagnostics/index.ts";
import { parse } from "../../../syntax/parse.ts";
import type * as tree from "../../../syntax/tree.ts";
import { typeOf } from "../../../types/from-schema.ts";
import { type ContractInScope, checkPredicate } from "../index.ts";
import type { Schema } from "./instances.ts";

const FILE = join(import.meta.dirname, "../../fixtures/predicates/contracts/plain.contract.json");
const PLAIN = loadContract({ name: "plain", text: readFileSync(FILE, "utf8") }, new Report());

export function contractOf(schema: Schema): ContractInScope {
  if (PLAIN === null) throw new Error("the fixture is a valid contract");
  return { name: "made", loaded: { ...PLAIN, request: typeOf({ request: { schema } }, "/request/schema") } };
}

export function expressionOf(text: string): tree.Expression {
  const report = new Report();
  const source = { name: "case.fbp", text: `policy p {\n  repeat only when ${text}\n}` };
  const [policy] = parse(source, report).items;
  const [repeat] = policy?.kind === "policy" ? policy.items : [];
  if (repeat?.kind !== "repeat" || repeat.when === null || report.failed) throw new Error(`cannot read ${text}`);
  return repeat.when;
}

export function check(text: string, schema: Schema) {
  const report = new Report();
  const scope = { where: "repeat", contracts: [contractOf(schema)], context: [] } as const;
  const predicate = checkPredicate(expressionOf(text), scope, report, () => {});
  return { predicate, codes: report.diagnostics.map(({ code }) => code), report };
}
