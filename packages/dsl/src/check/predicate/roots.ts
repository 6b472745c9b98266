/** What the roots of facts hold, as far as each contract in scope tells. */
import type { TransportFault } from "@fbp/runtime/core";
import type { AreaName } from "../../contract/document.ts";
import { BOOLEAN, NUMBER, OBJECT, ready, STRING, strings, unknown } from "../../types/make.ts";
import type { Field, Type } from "../../types/type.ts";
import type { Sort, View } from "./place.ts";
import { type ContractInScope, contractsOf, type Environment, type OutcomeNames, type Root } from "./scope.ts";

export interface RootInfo {
  readonly views: readonly View[];
  readonly declared: "contract" | "context" | "built_in";
  /** The contract's area that a read relies on. */
  readonly area: AreaName | null;
  /** What may stand for it in a hint, where the root alone is no value. */
  readonly example: string | null;
  /** Of the place below the root; `field` is its first segment. */
  readonly sort: (field: string | number | undefined) => Sort;
}

export const TRANSPORT_FAULTS: readonly TransportFault[] = [
  "connect",
  "dns",
  "tls",
  "reset",
  "headers_timeout",
  "body_timeout",
  "attempt_timeout",
];

export const TRANSPORT_TYPE: Type = strings(TRANSPORT_FAULTS);

export const RESULTS = ["answer", "degraded", "deferred", "failure", "aborted"] as const;

const PLAIN: Sort = { kind: "plain" };
const plain = () => PLAIN;

const WHOLE: Type = { ...NUMBER, integer: true, min: 0 };
export const STATUS_TYPE: Type = { ...NUMBER, integer: true, min: 100, max: 599 };

export function rootInfo(root: Exclude<Root, "header">, environment: Environment): RootInfo {
  switch (root) {
    case "transport": {
      const sort: Sort = { kind: "name", noun: "transport fault", names: TRANSPORT_FAULTS };
      return builtIn(TRANSPORT_TYPE, true, () => sort);
    }
    case "sent":
    case "committed":
      return builtIn(BOOLEAN, false, plain);
    case "status":
      return builtIn(STATUS_TYPE, true, plain);
    case "attempts":
      return builtIn(WHOLE, false, plain);
    case "elapsed":
      return builtIn({ ...NUMBER, min: 0 }, false, () => ({ kind: "duration" }));
    case "error":
      return described(root, environment, "errors", "/errors/schema", true, (contract) => contract.loaded.error);
    case "request":
      return described(root, environment, "request", "/request/schema", false, (contract) => contract.loaded.request);
    case "response":
      return described(
        root,
        environment,
        "response",
        "/response/schema",
        false,
        (contract) => contract.loaded.response,
      );
    case "context":
      return contextInfo(environment);
    case "outcome":
      return outcomeInfo(environment.outcome ?? NO_NAMES);
  }
}

const NO_NAMES: OutcomeNames = { paths: [], reasons: [], signals: [], currency: null };

function builtIn(type: Type, optional: boolean, sort: RootInfo["sort"]): RootInfo {
  const view: View = { contract: null, type, optional, pointer: null };
  return { views: [view], declared: "built_in", area: null, example: null, sort };
}

function described(
  root: Root,
  environment: Environment,
  area: AreaName,
  pointer: string,
  optional: boolean,
  typeIn: (contract: ContractInScope) => Type,
): RootInfo {
  const views = contractsOf(root, environment).map(
    (contract): View => ({ contract, type: typeIn(contract), optional, pointer }),
  );
  return { views: orUnknown(views), declared: "contract", area, example: null, sort: plain };
}

/** Where no contract could be loaded nothing is known, and nothing can be wrong. */
export function orUnknown(views: readonly View[]): readonly View[] {
  if (views.length > 0) return views;
  return [{ contract: null, type: unknown("its contract could not be loaded"), optional: true, pointer: null }];
}

function contextInfo(environment: Environment): RootInfo {
  const fields = environment.context.map((field): [string, Type] => [field.name, contextType(field)]);
  const [first] = environment.context;
  return {
    views: [{ contract: null, type: record(fields), optional: false, pointer: null }],
    declared: "context",
    area: null,
    example: `context.${first?.name ?? "tier"}`,
    sort: plain,
  };
}

export function contextType(field: Environment["context"][number]): Type {
  switch (field.type) {
    case "bool":
      return BOOLEAN;
    case "number":
      return NUMBER;
    case "string":
      return STRING;
    case "enum":
      return strings(field.values ?? []);
  }
}

function outcomeInfo(names: OutcomeNames): RootInfo {
  const signals: Type = {
    kind: "array",
    prefix: [],
    items: ready(oneOf(names.signals)),
    minItems: 0,
    maxItems: null,
  };
  const type = record(
    [
      ["attempts", WHOLE],
      ["retries", WHOLE],
      ["fallbacks", WHOLE],
      ["elapsed", { ...NUMBER, min: 0 }],
      ["tokens", WHOLE],
      ["cost", { ...NUMBER, min: 0 }],
      ["source", oneOf(names.paths)],
      ["reason", oneOf(names.reasons)],
      ["signals", signals],
      ["result", strings(RESULTS)],
    ],
    ["source", "reason"],
  );
  return {
    views: [{ contract: null, type, optional: false, pointer: null }],
    declared: "built_in",
    area: null,
    example: "outcome.attempts",
    sort: (field) => outcomeSort(field, names),
  };
}

function oneOf(names: readonly string[]): Type {
  return names.length === 0 ? STRING : strings(names);
}

function outcomeSort(field: string | number | undefined, names: OutcomeNames): Sort {
  switch (field) {
    case "elapsed":
      return { kind: "duration" };
    case "tokens":
      return { kind: "tokens" };
    case "cost":
      return { kind: "money", currency: names.currency };
    case "source":
      return { kind: "name", noun: "path", names: names.paths };
    case "reason":
      return { kind: "name", noun: "reason", names: names.reasons };
    case "signals":
      return { kind: "name", noun: "signal", names: names.signals };
    case "result":
      return { kind: "name", noun: "result", names: RESULTS };
    default:
      return PLAIN;
  }
}

/** An object with these fields and no others. */
export function record(types: readonly (readonly [string, Type])[], optional: readonly string[] = []): Type {
  const fields = types.map(([name, type]): [string, Field] => [
    name,
    { type: ready(type), required: !optional.includes(name), place: "" },
  ]);
  return { ...OBJECT, fields: new Map(fields), rest: null };
}
