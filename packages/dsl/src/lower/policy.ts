/**
 * PolicyModel -> the text of a module's body that builds the runtime's `Policy` objects: constants and
 * functions, without imports and exports. The same models give the same text.
 */
import { POLICY_FORMAT, SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PathModel, PolicyModel, RuleModel, SignalModel } from "../check/model.ts";
import { contractText, functionText } from "./contract.ts";
import type { Fits } from "./fits.ts";
import { Shared } from "./helpers.ts";
import { Names } from "./names.ts";
import { placeText } from "./place-text.ts";
import { predicateText } from "./predicate.ts";
import { type Block, blockLines, GUARD_ROOTS, REPEAT_ROOTS } from "./reads.ts";
import { arrayText, commentText, dataText, type Entry, mapText, objectText, quote } from "./text.ts";

export interface LoweredPolicies {
  readonly body: string;
  /** The constant in the body that holds each policy, in order. */
  readonly policies: readonly { readonly name: string; readonly local: string }[];
}

export interface LowerOptions {
  /** `sha256-…` over the sources and contracts. */
  readonly digest: string;
  readonly fits: Fits;
  /** The text of the functions that `fits` names; it stands before all that calls them. */
  readonly validators: string;
}

/** @throws Error when a model breaks its own rules: a bug of the check. */
export function lowerPolicies(models: readonly PolicyModel[], options: LowerOptions): LoweredPolicies {
  const lowering = new Lowering(options);
  const policies = models.map((model) => ({ name: model.name, local: lowering.policy(model) }));
  return { body: lowering.body(), policies };
}

class Lowering {
  readonly #options: LowerOptions;
  readonly #names = new Names();
  readonly #shared = new Shared();
  readonly #parts: string[] = [];
  /** The constant that holds a contract, by the contract's whole text: policies of one file share it. */
  readonly #contracts = new Map<string, string>();

  constructor(options: LowerOptions) {
    this.#options = options;
  }

  body(): string {
    return [this.#shared.text(), this.#options.validators, ...this.#parts].filter((part) => part !== "").join("\n\n");
  }

  policy(model: PolicyModel): string {
    const contracts = model.contracts.map((contract) => this.#contract(contract, model.signals));
    const deciders = model.paths.map((path) => {
      const name = this.#names.take(`${path.name}_of_${model.name}`, "decide");
      this.#parts.push(`// Path ${commentText(path.name)}: the first rule for a signal, as an index into its rules.
function ${name}${functionText("signal, f", decideLines(path, model.signals, this.#shared))}`);
      return name;
    });
    const repeatable = this.#repeatable(model);
    const local = this.#names.take(model.name);
    const fields: readonly Entry[] = [
      ["format", String(POLICY_FORMAT)],
      ["name", quote(model.name)],
      ["digest", quote(this.#options.digest)],
      ["signals", dataText(model.signals.map(({ name, class: signalClass }) => ({ name, class: signalClass })))],
      ["reasons", dataText(reasonsOf(model))],
      ["context", contextText(model)],
      ["contracts", arrayText(contracts)],
      ["paths", arrayText(model.paths.map((path, index) => pathText(path, deciders[index] ?? "")))],
      ["start", dataText(model.start)],
      ["budget", dataText(model.budget)],
      ["retryBudget", dataText(model.retryBudget)],
      ["repeatable", repeatable],
      ["stream", dataText(model.stream)],
      ["record", dataText(model.record)],
    ];
    this.#parts.push(
      `// Policy ${commentText(model.name)}, ${placeText(model.span)}\nconst ${local} = ${objectText(fields)};`,
    );
    return local;
  }

  #contract(model: ContractModel, signals: readonly SignalModel[]): string {
    const text = contractText(model, signals, this.#shared, this.#options.fits);
    const key = JSON.stringify(text);
    const known = this.#contracts.get(key);
    if (known !== undefined) return known;
    const classify = this.#names.take(model.name, "classify");
    const accept = this.#names.take(model.name, "accept");
    const local = this.#names.take(model.name, "contract");
    const title = `Contract ${commentText(model.name)} from ${commentText(model.source.name)}`;
    this.#parts.push(
      `// ${title}: which signal a failure is.\nfunction ${classify}${text.classify}`,
      `// ${title}: the first check that an answer fails, -1 when it is usable.\nfunction ${accept}${text.accept}`,
    );
    const functions: Entry[] = [
      ["classify", classify],
      ["accept", accept],
    ];
    if (text.charged !== null) {
      const charged = this.#names.take(model.name, "charged");
      this.#parts.push(`// ${title}: may such a failed attempt be on the bill?\nfunction ${charged}${text.charged}`);
      functions.push(["charged", charged]);
    }
    if (text.stream !== null) functions.push(["stream", text.stream]);
    this.#parts.push(`const ${local} = ${objectText([...text.data, ...functions])};`);
    this.#contracts.set(key, local);
    return local;
  }

  #repeatable(model: PolicyModel): string {
    const { repeat } = model;
    if (repeat.mode !== "when") return repeat.mode === "always" ? "() => true" : "() => false";
    const name = this.#names.take(model.name, "repeatable");
    const lines = blockLines(REPEAT_ROOTS, this.#shared, (block) => [`return ${predicateText(repeat.when, block)};`]);
    this.#parts.push(
      `// May a request that has perhaps reached a provider be sent again?\nfunction ${name}${functionText("request, context", lines)}`,
    );
    return name;
  }
}

/** A switch on the signal's number; signals that take the same rules share a case. */
function decideLines(path: PathModel, signals: readonly SignalModel[], shared: Shared): readonly string[] {
  const cases = new Map<string, { readonly rules: readonly number[]; readonly signals: number[] }>();
  signals.forEach((_, signal) => {
    const rules = rulesFor(path.rules, signal);
    if (rules.length === 0) return;
    const key = rules.join();
    const known = cases.get(key);
    if (known === undefined) cases.set(key, { rules, signals: [signal] });
    else known.signals.push(signal);
  });
  const lines = ["switch (signal) {"];
  for (const { rules, signals: numbers } of cases.values()) {
    for (const number of numbers) lines.push(`  case ${number}: // ${commentText(signals[number]?.name ?? "")}`);
    const body = blockLines(GUARD_ROOTS, shared, (block) => ruleLines(path.rules, rules, block));
    const scoped = body.some((line) => line.startsWith("const ") || line.startsWith("let "));
    if (scoped) lines[lines.length - 1] = (lines[lines.length - 1] ?? "").replace(": //", ": { //");
    lines.push(...body.map((line) => `    ${line}`));
    if (scoped) lines.push("  }");
  }
  return [...lines, "  default:", "    return -1;", "}"];
}

/** The rules that may take the signal, in order, up to the first that always does. */
function rulesFor(rules: readonly RuleModel[], signal: number): readonly number[] {
  const found: number[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!rule.signals.includes(signal)) continue;
    found.push(index);
    if (!rule.beforeFirstToken && rule.when === null) break;
  }
  return found;
}

function ruleLines(rules: readonly RuleModel[], numbers: readonly number[], block: Block): readonly string[] {
  const lines: string[] = [];
  for (const number of numbers) {
    const rule = rules[number];
    if (rule === undefined) continue;
    const guard = rule.when === null ? "true" : predicateText(rule.when, block);
    if (guard === "false") continue;
    const comment = `// ${commentText(rule.reason)}, ${placeText(rule.span)}`;
    const tests = [rule.beforeFirstToken ? "!f.committed" : "true", guard].filter((test) => test !== "true");
    if (tests.length === 0) return [...lines, `return ${number}; ${comment}`];
    const [first, second] = tests;
    const test = second === undefined ? first : `${first} && (${second})`;
    lines.push(`if (${test}) return ${number}; ${comment}`);
  }
  return [...lines, "return -1;"];
}

/** Reasons of the policy, and those of the defaults for health signals where a path is silent. */
export function reasonsOf(model: PolicyModel): readonly string[] {
  const reasons = new Set(model.reasons.map((reason) => reason.name));
  for (const path of model.paths) {
    for (const rule of path.rules) reasons.add(rule.reason);
    for (const name of ["circuit_open", "budget_exhausted"] as const) {
      const last = path.rules[rulesFor(path.rules, SIGNAL[name]).at(-1) ?? -1];
      if (last === undefined || last.beforeFirstToken || last.when !== null) reasons.add(name);
    }
  }
  return [...reasons];
}

function contextText(model: PolicyModel): string {
  return mapText(
    model.context.map(({ name, type, values, default: value }) => [name, dataText({ type, values, default: value })]),
  );
}

function pathText(path: PathModel, decide: string): string {
  const fields: readonly Entry[] = [
    ["name", quote(path.name)],
    ["contract", dataText(path.contract)],
    ["model", quote(path.model)],
    ["account", quote(path.account)],
    ["leastMs", dataText(path.leastMs)],
    ["mostMs", dataText(path.mostMs)],
    ["connectMs", dataText(path.connectMs)],
    ...(path.headersMs === null ? [] : [["headersMs", dataText(path.headersMs)] as const]),
    ["firstTokenMs", dataText(path.firstTokenMs)],
    ["stallMs", dataText(path.stallMs)],
    ["contextWindow", dataText(path.contextWindow)],
    ["maxOutput", dataText(path.maxOutput)],
    ["price", dataText(path.price)],
    ["adapter", dataText(path.adapter)],
    ["breaker", dataText(path.breaker)],
    ["slo", dataText(path.slo)],
    ["retryBudget", dataText(path.retryBudget)],
    ["rules", arrayText(path.rules.map(ruleText))],
    ["decide", decide],
  ];
  return objectText(fields);
}

function ruleText(rule: RuleModel): string {
  const actions = rule.actions.map(({ span: _, ...action }) => action);
  const hooks = rule.hooks.map(({ kind, target }) => ({ kind, target }));
  return dataText({ line: rule.line, reason: rule.reason, actions, hooks });
}
