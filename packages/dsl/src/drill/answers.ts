/** What the provider of a path answers in a drill, made from the path's contract. */
import { at, type ContractPlan, type Usage, usageOf } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { ContractModel } from "../check/model.ts";
import { parsePointer } from "../contract/pointer.ts";
import { mayStream } from "../lower/fits.ts";
import { pointerSegments } from "../lower/pointer.ts";
import { canonicalAnswer } from "../scenario/canonical.ts";
import { sampleOf } from "../scenario/sample.ts";
import { streamedAnswer, unfinishedStream } from "../scenario/stream.ts";
import { typeOf } from "../types/from-schema.ts";

const SENTENCE = "who drills before the incident is calm in it. ";

/** A token by the runtime's estimate. */
const PIECE = /[\s\S]{1,4}/gu;

/** More than this is not said, however much a policy holds back. */
const MOST_TEXT = 16_384;

export interface Said {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

export class Answers {
  readonly #model: ContractModel;
  readonly #text: string;
  readonly #body: unknown;
  /** Made at the first time that it is asked for. */
  #inStream: WorldEvent | null = null;

  /**
   * @param speaker stands in the answer, so that it can be told from those of other paths
   * @param heldTokens how many tokens a stream must say more than, so that some of it is seen
   */
  constructor(model: ContractModel, speaker: string, heldTokens: number) {
    this.#model = model;
    this.#text = textFor(model, speaker, heldTokens);
    this.#body = bodyOf(model, this.#text);
  }

  get text(): string {
    return this.#text;
  }

  get #usage(): ContractPlan["usage"] {
    const { input, output } = this.#model.contract.response.usage;
    return { input: pointerSegments(input), output: pointerSegments(output) };
  }

  /** Does the policy's provider stream at all? */
  get hasStreams(): boolean {
    return mayStream(this.#model.contract);
  }

  /** The pieces that a healthy stream has, a token each. */
  get pieces(): readonly string[] {
    return this.#text.match(PIECE) ?? [];
  }

  /** Usable, as far as the contract says what that is. */
  healthy(streamed: boolean): WorldEvent {
    if (!streamed || !this.hasStreams) return this.whole(this.#body);
    this.#inStream ??= streamedAnswer(this.#model, 0, this.pieces);
    return this.#inStream;
  }

  whole(body: unknown): WorldEvent {
    return { kind: "returns", status: 200, headers: JSON_HEADERS, body };
  }

  /** An answer of the right form with nothing in it. */
  empty(): WorldEvent {
    const { contract } = this.#model;
    const emptied = contract.response.answer.reduce(
      (body, pointer) => without(body, parsePointer(pointer) ?? []),
      this.#body,
    );
    return this.whole(emptied);
  }

  refusal(status: number, said: Said, headers: Readonly<Record<string, string>> = {}): WorldEvent {
    const error = { message: said.message, type: said.type, code: said.code, param: null };
    return this.failing(status, error, headers);
  }

  /** @param error what stands where the contract looks for an error; null: there is no body */
  failing(status: number, error: unknown, headers: Readonly<Record<string, string>> = {}): WorldEvent {
    if (error === null) return { kind: "returns", status, headers };
    const [place = ""] = this.#model.contract.errors.at;
    const body = (parsePointer(place) ?? []).reduceRight<unknown>((inner, name) => ({ [name]: inner }), error);
    return { kind: "returns", status, headers: { ...JSON_HEADERS, ...headers }, body };
  }

  /** What a proxy puts before a provider that is gone. */
  page(status: number, title: string): WorldEvent {
    const body = `<html><head><title>${title}</title></head><body>${title}</body></html>`;
    return { kind: "returns", status, headers: { "content-type": "text/html" }, body };
  }

  /** What the provider of such an answer would bill; null: nothing. */
  billed(event: WorldEvent): Usage | null {
    const usage = this.#usage;
    if (event.kind === "returns") return event.status === 200 ? usageOf({ usage }, event.body) : null;
    if (event.kind !== "streams") return null;
    const said = event.pieces.map(({ data }) => usageOf({ usage }, parsed(String(data))));
    return said.findLast((one) => one !== null) ?? null;
  }

  /** The same with the provider's id of the request, where the contract has a header for it. */
  named(event: WorldEvent, id: string): WorldEvent {
    const { requestIdHeader } = this.#model.contract.response;
    if (requestIdHeader === undefined || (event.kind !== "returns" && event.kind !== "streams")) return event;
    const headers = event.headers ?? { "content-type": "text/event-stream" };
    return { ...event, headers: { ...headers, [requestIdHeader.toLowerCase()]: id } };
  }

  /** A stream that has said the first `count` pieces, and then breaks. */
  broken(count: number, ends: "reset" | "silence" | null): WorldEvent {
    return unfinishedStream(this.#model, this.pieces.slice(0, count), ends, CUT_AFTER_MS);
  }
}

/** What was sent is read by then: a reset would overtake it. */
const CUT_AFTER_MS = 20;

const JSON_HEADERS = { "content-type": "application/json" } as const;

/** As `canonicalAnswer` has it. */
const PLACEHOLDER = "ok";

/** Where the policy wants JSON of a form, an answer of that form. */
function textFor({ accept }: ContractModel, speaker: string, heldTokens: number): string {
  const schema = accept.find((check) => check.kind === "matches_schema");
  if (schema?.kind === "matches_schema") return JSON.stringify(sampleOf(typeOf(schema.schema, ""), null).value);
  const length = Math.min(MOST_TEXT, 4 * (heldTokens + SPARE_TOKENS));
  const sentence = `${speaker} says: ${SENTENCE}`;
  return sentence.repeat(Math.ceil(length / sentence.length)).trim();
}

const SPARE_TOKENS = 8;

function bodyOf({ contract, root }: ContractModel, text: string): unknown {
  const body: unknown = canonicalAnswer(contract, root);
  const place = contract.response.answer.find((pointer) => at(body, pointerSegments(pointer)) === PLACEHOLDER);
  return place === undefined ? body : replaced(body, parsePointer(place) ?? [], text);
}

/** Of an event of a stream. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data.replace(/^data: /, ""));
  } catch {
    return null;
  }
}

function replaced(value: unknown, [head, ...rest]: readonly string[], by: unknown): unknown {
  if (head === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === head ? replaced(item, rest, by) : item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === head ? replaced(inner, rest, by) : inner]),
  );
}

/** With an empty text where one stands at the place. */
function without(body: unknown, segments: readonly string[]): unknown {
  const isText = typeof at(body, segments) === "string";
  return isText ? replaced(body, segments, "") : body;
}
