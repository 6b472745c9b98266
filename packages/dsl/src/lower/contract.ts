/** ContractModel -> the functions and the data of the runtime's `ContractPlan`. */
import type { AcceptModel, ContractModel, Read, SignalModel } from "../check/model.ts";
import { classifyLines } from "./classify.ts";
import { CHUNK_SCHEMA, type Fits, mayStream, RESPONSE_SCHEMA } from "./fits.ts";
import type { Shared } from "./helpers.ts";
import { placeText } from "./place-text.ts";
import { pointerSegments } from "./pointer.ts";
import { negatedText, predicateText } from "./predicate.ts";
import { ACCEPT_ROOTS, type Block, blockLines, FAILURE_ROOTS } from "./reads.ts";
import { arrayText, commentText, dataText, type Entry, indent, mapText, objectText, quote } from "./text.ts";

export interface ContractText {
  /** Parameter list and body of `classify`; a name stands before it. */
  readonly classify: string;
  readonly accept: string;
  /** null where no documented condition says anything of charges. */
  readonly charged: string | null;
  /** The plan of its streams; null where it has none. */
  readonly stream: string | null;
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
    charged: model.charges.length === 0 ? null : functionText("f", chargedLines(model, shared)),
    stream: streamOf(model, fits),
    data: dataOf(model),
  };
}

export function functionText(parameters: string, lines: readonly string[]): string {
  return `(${parameters}) {\n${lines.map((line) => `  ${indent(line)}\n`).join("")}}`;
}

/** As the first condition that holds says; what it leaves open, and what none takes, is undefined. */
function chargedLines(model: ContractModel, shared: Shared): readonly string[] {
  return blockLines(FAILURE_ROOTS, shared, (block) => [
    ...model.charges.map(({ when, charged }) => `if (${predicateText(when, block)}) return ${charged ?? "undefined"};`),
    "return undefined;",
  ]);
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

function streamOf({ contract, root }: ContractModel, fits: Fits): string | null {
  const { stream } = contract.response;
  if (stream === undefined || !mayStream(contract)) return null;
  const fields: readonly Entry[] = [
    ["end", dataText(stream.end)],
    ["fits", fits(root, CHUNK_SCHEMA) ?? "() => true"],
  ];
  return objectText(fields);
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
