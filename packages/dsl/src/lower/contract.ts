/** ContractModel -> the functions and the data of the runtime's `ContractPlan`. */
import type { AcceptModel, ContractModel, Read, SignalModel } from "../check/model.ts";
import { positionOf, type Span } from "../source.ts";
import { type Fits, RESPONSE_SCHEMA } from "./fits.ts";
import type { Shared } from "./helpers.ts";
import { pointerSegments } from "./pointer.ts";
import { negatedText, predicateText } from "./predicate.ts";
import { ACCEPT_ROOTS, type Block, blockLines, FAILURE_ROOTS } from "./reads.ts";
import { Refuted } from "./refute.ts";
import { arrayText, commentText, dataText, type Entry, indent, mapText, quote } from "./text.ts";

export interface ContractText {
  /** Parameter list and body of `classify`; a name stands before it. */
  readonly classify: string;
  readonly accept: string;
  /** The plan's other fields. */
  readonly data: readonly Entry[];
}

export function contractText(
  model: ContractModel,
  signals: readonly SignalModel[],
  shared: Shared,
  fits: Fits,
): ContractText {
  return {
    classify: functionText("f", classifyLines(model, signals, shared)),
    accept: functionText("response, request", acceptLines(model, shared, fits)),
    data: dataOf(model),
  };
}

export function functionText(parameters: string, lines: readonly string[]): string {
  return `(${parameters}) {\n${lines.map((line) => `  ${indent(line)}\n`).join("")}}`;
}

/** `chat.fbp:41`, without the folder: a comment is to be short. */
export function placeText(span: Span): string {
  return commentText(
    `${span.source.name.slice(span.source.name.lastIndexOf("/") + 1)}:${positionOf(span.source, span.start).line}`,
  );
}

/**
 * The lines in their order, each one test. Tests of the status come first in the contract's own
 * conditions, so that most lines cost one comparison of small integers.
 *
 * @throws Error when no line holds always: a bug of the check.
 */
function classifyLines(model: ContractModel, signals: readonly SignalModel[], shared: Shared): readonly string[] {
  return blockLines(FAILURE_ROOTS, shared, (block) => {
    const lines: string[] = [];
    const refuted = new Refuted();
    for (const line of model.signals) {
      const name = signals[line.signal]?.name ?? "";
      const from = line.from === "policy" ? placeText(line.span) : line.from;
      const comment = `// ${commentText(name)}, ${from}`;
      const test = line.when === null ? "true" : predicateText(refuted.simplify(line.when), block);
      if (line.when !== null) refuted.add(line.when);
      if (test === "false") continue;
      if (test === "true") return [...lines, `return ${line.signal}; ${comment}`];
      lines.push(`if (${test}) return ${line.signal}; ${comment}`);
    }
    throw new Error(`the signals of contract ${model.name} do not cover every failure`);
  });
}

function acceptLines(model: ContractModel, shared: Shared, fits: Fits): readonly string[] {
  return blockLines(ACCEPT_ROOTS, shared, (block) => [
    ...model.accept.flatMap((check, index) => checkLines(model, check, index, block, fits)),
    "return -1;",
  ]);
}

function checkLines(
  model: ContractModel,
  check: AcceptModel,
  index: number,
  block: Block,
  fits: Fits,
): readonly string[] {
  const name = commentText(check.name);
  switch (check.kind) {
    case "standard":
      return standardLines(model, index, block, fits);
    case "check": {
      const test = negatedText(check.predicate, block);
      return test === "false" ? [] : [`if (${test}) return ${index}; // ${name}, ${placeText(check.span)}`];
    }
    case "matches_schema": {
      const text = `${block.shared.helper("firstText")}(${model.contract.response.answer.map((at) => block.read(responseAt(at))).join(", ")})`;
      const test = `${block.shared.helper("fitsJson")}(${text}, ${fits(check.schema, "#") ?? "() => true"})`;
      return [`if (!${test}) return ${index}; // ${name}, ${placeText(check.span)}`];
    }
  }
}

/** An absent finish reason is fine: several providers leave it out of a whole answer. */
function standardLines(model: ContractModel, index: number, block: Block, fits: Fits): readonly string[] {
  const { answer, finishReason, cutReasons } = model.contract.response;
  const lines: string[] = [];
  const schema = fits(model.root, RESPONSE_SCHEMA);
  if (schema !== null) lines.push(`if (!${schema}(response)) return ${index}; // standard: fits the response schema`);
  const filled = answer.map((at) => `${block.shared.helper("filled")}(${block.read(responseAt(at))})`);
  if (filled.length > 0) lines.push(`if (!(${filled.join(" || ")})) return ${index}; // standard: an answer is there`);
  if (cutReasons.length > 0) {
    const cut = predicateText({ kind: "in_set", left: responseAt(finishReason), values: cutReasons }, block);
    lines.push(`if (${cut}) return ${index}; // standard: the answer is not cut`);
  }
  return lines;
}

function responseAt(pointer: string): Read {
  return {
    kind: "read",
    from: "response",
    segments: pointerSegments(pointer),
    type: { kind: "unknown", why: "the place is read whatever stands there" },
    optional: true,
  };
}

function dataOf(model: ContractModel): readonly Entry[] {
  const { endpoint, auth, request, response, errors, limits } = model.contract;
  const retryHints = Object.entries(limits.headers).flatMap(([header, { retryHint }]) =>
    retryHint === undefined ? [] : [{ header, format: retryHint }],
  );
  const pointers = (places: readonly string[]) => arrayText(places.map((at) => dataText(pointerSegments(at))));
  return [
    ["name", quote(model.name)],
    ["baseUrl", quote(endpoint.baseUrl)],
    ["path", quote(endpoint.path)],
    ["auth", dataText({ header: auth.header, scheme: auth.scheme, env: auth.env })],
    ["headers", mapText(Object.entries(endpoint.headers ?? {}).map(([name, value]) => [name, quote(value)]))],
    ["modelField", quote(request.model)],
    ["streamField", dataText(request.stream ?? null)],
    ["outputLimitFields", dataText(request.outputLimits)],
    ["promptField", quote(request.prompt)],
    ["answer", pointers(response.answer)],
    ["finishReason", dataText(pointerSegments(response.finishReason))],
    ["refusedReasons", dataText(response.refusedReasons ?? [])],
    [
      "usage",
      dataText({ input: pointerSegments(response.usage.input), output: pointerSegments(response.usage.output) }),
    ],
    ["requestIdHeader", dataText(response.requestIdHeader ?? null)],
    ["errorAt", pointers(errors.at)],
    ["retryHints", dataText(retryHints)],
    ["chargesFailed", dataText(limits.charges.failed !== "no")],
    ["chargesAborted", dataText(limits.charges.aborted !== "no")],
    ["checks", dataText(model.accept.map((check) => check.name))],
  ];
}
