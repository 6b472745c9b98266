/**
 * A checked policy as the runtime's machine takes it, without a compiler: predicates are evaluated on the tree, rules
 * are tried one by one, schemas are asked of ajv. Slow and plain, so that what a compiled policy does can be held
 * against it.
 */
import { at, type ContractPlan, type PathPlan, POLICY_FORMAT, type Policy } from "@fbp/runtime/core";
import type { AcceptModel, ContractModel, PathModel, PolicyModel } from "../check/model.ts";
import { evaluate } from "../check/predicate/evaluate.ts";
import type { SchemaTruth } from "../contract/fit/truth.ts";
import { loadSchemaTruth } from "../emit/load-schema-truth.ts";
import { mayStream } from "../lower/fits.ts";
import { pointerSegments } from "../lower/pointer.ts";
import { reasonsOf } from "../lower/policy.ts";

/** @throws where a schema cannot be compiled, with ajv's account of it */
export async function plainPolicy(model: PolicyModel): Promise<Policy> {
  const truths = new Map<unknown, SchemaTruth>();
  for (const { root, accept } of model.contracts) {
    for (const document of [
      root,
      ...accept.flatMap((check) => (check.kind === "matches_schema" ? check.schema : [])),
    ]) {
      if (!truths.has(document)) truths.set(document, await loadSchemaTruth(document));
    }
  }
  const fits: Fits = (root, pointer, value) => truths.get(root)?.fits(pointer, value) ?? false;
  const { name, signals, start, budget, retryBudget, repeat, stream, record } = model;
  return {
    format: POLICY_FORMAT,
    name,
    digest: "",
    signals,
    reasons: reasonsOf(model),
    context: Object.fromEntries(model.context.map(({ name: field, doc: _, ...plan }) => [field, plan])),
    contracts: model.contracts.map((contract) => contractPlan(contract, fits)),
    paths: model.paths.map(pathPlan),
    start,
    budget,
    retryBudget,
    repeatable: (request, context) =>
      repeat.mode === "when" ? evaluate(repeat.when, { request, context }) : repeat.mode === "always",
    stream,
    record,
  };
}

type Fits = (root: unknown, pointer: string, value: unknown) => boolean;

function pathPlan(path: PathModel): PathPlan {
  const { doc: _, span: __, places: ___, validated: ____, rewritten: _____, rules, ...plan } = path;
  return {
    ...plan,
    rules: rules.map(({ line, reason, actions, hooks }) => ({
      line,
      reason,
      actions: actions.map(({ span: _span, ...action }) => action),
      hooks: hooks.map(({ kind, target }) => ({ kind, target })),
    })),
    decide: (signal, facts) =>
      rules.findIndex(
        (rule) =>
          rule.signals.includes(signal) &&
          !(rule.beforeFirstToken && facts.committed) &&
          (rule.when === null || evaluate(rule.when, facts)),
      ),
  };
}

function contractPlan(model: ContractModel, fits: Fits): ContractPlan {
  const { contract, root, signals, accept, charges, name } = model;
  const { endpoint, auth, request, response, errors, limits } = contract;
  const { stream } = response;
  const segments = (places: readonly string[]) => places.map(pointerSegments);
  return {
    name,
    baseUrl: endpoint.baseUrl,
    path: endpoint.path,
    auth: { header: auth.header, scheme: auth.scheme, env: auth.env },
    headers: endpoint.headers ?? {},
    modelField: request.model,
    streamField: request.stream ?? null,
    outputLimitFields: request.outputLimits,
    promptField: request.prompt,
    answer: segments(response.answer),
    finishReason: pointerSegments(response.finishReason),
    refusedReasons: response.refusedReasons ?? [],
    usage: { input: pointerSegments(response.usage.input), output: pointerSegments(response.usage.output) },
    requestIdHeader: response.requestIdHeader ?? null,
    errorAt: segments(errors.at),
    retryHints: Object.entries(limits.headers).flatMap(([header, { retryHint }]) =>
      retryHint === undefined ? [] : [{ header, format: retryHint }],
    ),
    chargesFailed: limits.charges.failed !== "no",
    chargesAborted: limits.charges.aborted !== "no",
    charged: (failure) => charges.find(({ when }) => evaluate(when, failure))?.charged ?? undefined,
    classify: (failure) => signals.find(({ when }) => when === null || evaluate(when, failure))?.signal ?? -1,
    accept: (answer, asked) => accept.findIndex((check) => !passes(check, model, fits, answer, asked)),
    checks: accept.map((check) => check.name),
    ...(stream === undefined || !mayStream(contract)
      ? {}
      : { stream: { end: stream.end, fits: (chunk: unknown) => fits(root, "/response/stream/chunk", chunk) } }),
  };
}

function passes(
  check: AcceptModel,
  { contract, root }: ContractModel,
  fits: Fits,
  response: unknown,
  request: unknown,
): boolean {
  const { answer, finishReason, cutReasons } = contract.response;
  const said = answer.map((place) => at(response, pointerSegments(place)));
  switch (check.kind) {
    case "standard": {
      const reason: unknown = at(response, pointerSegments(finishReason));
      const isCut = cutReasons.some((cut) => cut === reason);
      return fits(root, "/response/schema", response) && said.some(isFilled) && !isCut;
    }
    case "check":
      return evaluate(check.predicate, { response, request });
    case "matches_schema": {
      const text = said.find((value): value is string => typeof value === "string" && value !== "");
      try {
        return text !== undefined && fits(check.schema, "", JSON.parse(text));
      } catch {
        return false;
      }
    }
  }
}

/** Something that is not null and not empty. */
function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
