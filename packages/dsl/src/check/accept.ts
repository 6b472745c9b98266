/** An `accept` block, unfolded: the checks that an answer must pass, in their order. */
import { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { AcceptModel } from "./model.ts";
import { mergeOnce } from "./once.ts";
import { type ContractInScope, checkPredicate, type Rely } from "./predicate/index.ts";

/** Reads the JSON Schema that `content matches schema "…"` names, relative to the file it stands in. */
export type SchemaLoader = (file: tree.Text) =>
  | { readonly kind: "loaded"; readonly schema: unknown }
  /** `why` completes "the schema "x.json" …": `does not exist`. */
  | { readonly kind: "failed"; readonly why: string };

/** What `content matches schema "…"` is called in an outcome where the policy gives it no name. */
export const UNNAMED_SCHEMA_CHECK = "content_schema";

/** The runtime's own checks: the body is JSON of a bearable size, and its adapter can rewrite it. */
const RESERVED = ["json", "adapter"];

/**
 * `block` null: `standard`. `place` is what a reader is shown where no line of a block is to blame.
 * Checks with mistakes are left out.
 */
export function unfoldAccept(
  block: tree.AcceptBlock | null,
  contract: ContractInScope,
  load: SchemaLoader,
  place: Span,
  report: Report,
  rely: Rely,
): readonly AcceptModel[] {
  const found = new Report();
  const seen = new Set<string>();
  const models =
    block === null
      ? [standard(place, contract, rely)]
      : block.checks.flatMap((check) => {
          const name = nameOf(check);
          const model = unfold(check, name, contract, load, found, rely);
          return isNew(check, name, seen, found) && model !== null ? [model] : [];
        });
  mergeOnce(report, found);
  return models;
}

function nameOf(check: tree.AcceptCheck): string {
  if (check.kind === "standard") return "standard";
  return check.name?.text ?? UNNAMED_SCHEMA_CHECK;
}

/** Two checks of one name could not be told apart in an outcome. */
function isNew(check: tree.AcceptCheck, name: string, seen: Set<string>, report: Report): boolean {
  const place = check.kind === "standard" ? check.span : (check.name?.span ?? check.span);
  if (check.kind !== "standard" && [...RESERVED, "standard"].includes(name)) {
    report.add("FBP2134", place, { name });
    return false;
  }
  if (seen.has(name)) {
    const what = check.kind === "standard" ? "`standard`" : `a check named \`${name}\``;
    report.add("FBP2130", place, { what });
    return false;
  }
  // A missing name was reported by the parser.
  if (name !== "") seen.add(name);
  return true;
}

function unfold(
  check: tree.AcceptCheck,
  name: string,
  contract: ContractInScope,
  load: SchemaLoader,
  report: Report,
  rely: Rely,
): AcceptModel | null {
  switch (check.kind) {
    case "standard":
      return standard(check.span, contract, rely);
    case "check": {
      const scope = { where: "accept", contracts: [contract], context: [] } as const;
      const predicate = checkPredicate(check.predicate, scope, report, rely);
      return predicate === null ? null : { kind: "check", name, predicate, span: check.span };
    }
    case "matches_schema": {
      rely({ area: "response", span: check.span, what: "content matches schema", contract: contract.name });
      return matchesSchema(check, name, load, report);
    }
  }
}

function standard(place: Span, contract: ContractInScope, rely: Rely): AcceptModel {
  rely({ area: "response", span: place, what: "the standard check of an answer", contract: contract.name });
  return { kind: "standard", name: "standard", span: place };
}

function matchesSchema(
  check: Extract<tree.AcceptCheck, { readonly kind: "matches_schema" }>,
  name: string,
  load: SchemaLoader,
  report: Report,
): AcceptModel | null {
  const loaded = load(check.schema);
  const why = loaded.kind === "failed" ? loaded.why : faultOf(loaded.schema);
  if (why === null && loaded.kind === "loaded") {
    return { kind: "matches_schema", name, schema: loaded.schema, span: check.span };
  }
  report.add("FBP2135", check.schema.span, { file: check.schema.value, why: why ?? "cannot be read" });
  return null;
}

function faultOf(schema: unknown): string | null {
  if (typeof schema === "boolean") return null;
  if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return null;
  return "is no JSON Schema: an object is expected";
}
