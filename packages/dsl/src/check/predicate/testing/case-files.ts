/**
 * Reads a case of `fixtures/predicates`: a policy file whose expressions are checked, with what is to
 * be reported as `//!` comments at its end. Only what this folder owns is checked; how a whole policy
 * hangs together is checked elsewhere.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILT_IN_SIGNALS } from "@fbp/runtime/core";
import { loadContract } from "../../../contract/load.ts";
import { type Diagnostic, inReadingOrder, Report } from "../../../diagnostics/index.ts";
import { positionOf, type Source, textOf } from "../../../source.ts";
import { parse } from "../../../syntax/parse.ts";
import type * as tree from "../../../syntax/tree.ts";
import { type SchemaLoader, unfoldAccept } from "../../accept.ts";
import { checkAlert } from "../../alert.ts";
import { checkAssert } from "../../assertion.ts";
import type { AlertModel, AssertModel, ContextFieldModel, Predicate, Reliance, SignalsLineModel } from "../../model.ts";
import { unfoldSignals } from "../../signals.ts";
import { type ContractInScope, checkPredicate, type Rely, type Scope } from "../index.ts";

export interface CheckedCase {
  readonly report: Report;
  readonly signals: readonly (readonly SignalsLineModel[])[];
  readonly predicates: readonly (Predicate | null)[];
  readonly asserts: readonly (AssertModel | null)[];
  readonly alerts: readonly (AlertModel | null)[];
  readonly reliance: readonly Reliance[];
}

/** `file` is the path of the case; contracts and schemas are read from beside it. */
export function checkCase(file: string): CheckedCase {
  const source: Source = { name: file.slice(file.lastIndexOf("/") + 1), text: readFileSync(file, "utf8") };
  const report = new Report();
  const items = parse(source, report).items;
  const reliance: Reliance[] = [];
  const rely: Rely = (noted) => reliance.push({ ...noted, contract: noted.contract ?? "every" });
  const contracts = contractsOf(items, dirname(file), report);
  const load: SchemaLoader = (named) => schemaAt(join(dirname(file), named.value));
  const policies = items.filter((item) => item.kind === "policy");
  const signals = items
    .filter((item) => item.kind === "signals")
    .flatMap((block) => {
      const contract = contracts.find(({ name }) => name === block.contract?.text);
      return contract === undefined ? [] : [unfoldSignals(block, contract, BUILT_IN_SIGNALS, block.span, report, rely)];
    });
  for (const block of items.filter((item) => item.kind === "accept")) {
    const contract = contracts.find(({ name }) => name === block.contract?.text);
    if (contract !== undefined) unfoldAccept(block, contract, load, block.span, report, rely);
  }
  const context = contextOf(items);
  const outcome = {
    paths: items.flatMap((item) => (item.kind === "path" ? [item.name.text] : [])),
    reasons: policies.flatMap(rulesOf).map(({ rule }) => rule.reason.text),
    signals: BUILT_IN_SIGNALS.map((signal) => signal.name),
    currency: "USD",
  };
  const predicates = policies.flatMap((policy) => [
    ...policy.items.flatMap((item) =>
      item.kind === "repeat" && item.when !== null
        ? [checkPredicate(item.when, { where: "repeat", contracts, context }, report, rely)]
        : [],
    ),
    ...rulesOf(policy).flatMap(({ rule, path }) => {
      const scope: Scope = { where: "guard", contracts: contractsOfPath(items, contracts, path), context };
      return rule.when === null ? [] : [checkPredicate(rule.when, scope, report, rely)];
    }),
  ]);
  const asserts = policies.flatMap((policy) =>
    policy.items.flatMap((item) =>
      item.kind === "assert" ? [checkAssert(item, { ...outcome, contracts, context }, report, rely)] : [],
    ),
  );
  const alerts = policies.flatMap((policy) =>
    policy.items.flatMap((item) =>
      item.kind === "alerts" ? item.alerts.map((alert) => checkAlert(alert, outcome, report)) : [],
    ),
  );
  return { report, signals, predicates, asserts, alerts, reliance };
}

function contractsOf(items: readonly tree.Item[], folder: string, report: Report): ContractInScope[] {
  return items.flatMap((item) => {
    if (item.kind !== "contract" || item.from === null) return [];
    const name = item.from.value.replace(/^\.\//, "");
    const own = new Report();
    const loaded = loadContract({ name, text: readFileSync(join(folder, name), "utf8") }, own);
    // What the contracts themselves are warned of is no matter of these cases.
    if (own.failed) report.diagnostics.push(...own.diagnostics);
    return loaded === null ? [] : [{ name: item.name.text, loaded }];
  });
}

function schemaAt(file: string): ReturnType<SchemaLoader> {
  if (!existsSync(file)) return { kind: "failed", why: "does not exist" };
  return { kind: "loaded", schema: JSON.parse(readFileSync(file, "utf8")) };
}

function contextOf(items: readonly tree.Item[]): ContextFieldModel[] {
  return items.flatMap((item) =>
    item.kind !== "context"
      ? []
      : item.fields.map((field): ContextFieldModel => {
          const common = { name: field.name.text, doc: null };
          if (field.type?.kind !== "enum") return { ...common, type: field.type?.kind ?? "string" };
          return { ...common, type: "enum", values: field.type.values.map((value) => value.value) };
        }),
  );
}

function rulesOf(policy: tree.PolicyBlock): { readonly rule: tree.Rule; readonly path: string }[] {
  return policy.items.flatMap((item) =>
    item.kind === "on" ? item.rules.map((rule) => ({ rule, path: item.path.text })) : [],
  );
}

function contractsOfPath(
  items: readonly tree.Item[],
  contracts: readonly ContractInScope[],
  path: string,
): ContractInScope[] {
  const names = items.flatMap((item) =>
    item.kind === "path" && item.name.text === path
      ? item.settings.flatMap((setting) => (setting.kind === "path_contract" ? [setting.name.text] : []))
      : [],
  );
  return contracts.filter((contract) => names.includes(contract.name));
}

// ---------------------------------------------------------------- what a case expects

const MARK = "//! ";

/** The `//!` lines at the end of the file, without their mark. */
export function expectedOf(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.startsWith(MARK));
  return first === -1 ? [] : lines.slice(first).map((line) => line.slice(MARK.length));
}

/** The file's text with what is expected of it put in place of what stands there. */
export function withExpected(text: string, expected: readonly string[]): string {
  const lines = text.split("\n").filter((line) => !line.startsWith(MARK));
  const policy = `${lines.join("\n").trimEnd()}\n`;
  return expected.length === 0 ? policy : `${policy}\n${expected.map((line) => `${MARK}${line}\n`).join("")}`;
}

/** What was reported, as a case writes it: code, line and column, the text that is marked, message, hint, related. */
export function written(report: Report): string[] {
  return inReadingOrder(report.diagnostics).flatMap((diagnostic) => [
    `${diagnostic.severity} ${diagnostic.code} ${where(diagnostic)} «${textOf(diagnostic.span)}»`,
    `  ${diagnostic.text}`,
    ...(diagnostic.hint === undefined ? [] : [`  hint: ${diagnostic.hint}`]),
    ...diagnostic.related.map((related) => `  see ${where(related)}: ${related.text}`),
  ]);
}

function where({ span }: Pick<Diagnostic, "span">): string {
  const { line, column } = positionOf(span.source, span.start);
  return span.source.name.endsWith(".json") ? `${span.source.name}:${line}` : `${line}:${column}`;
}
