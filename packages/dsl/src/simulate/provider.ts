/** What the provider of one path sends: bodies made once from its contract, and put together for each call. */
import type { Usage } from "@fbp/runtime/core";
import type { Piece, WorldEvent } from "@fbp/runtime/virtual";
import type { ContractModel } from "../check/model.ts";
import type { Contract, JsonPointer } from "../contract/document.ts";
import { parsePointer } from "../contract/pointer.ts";
import { mayStream } from "../lower/fits.ts";
import { canonicalAnswer, canonicalChunk } from "../scenario/canonical.ts";

/** What an answer reports, without reading it again. */
const USAGES = new WeakMap<WorldEvent, Usage>();

/** null: it reports none, or is no answer. */
export function usageIn(event: WorldEvent): Usage | null {
  return USAGES.get(event) ?? null;
}

function reporting(event: WorldEvent, usage: Usage | null): WorldEvent {
  if (usage !== null) USAGES.set(event, usage);
  return event;
}

const JSON_HEADERS = { "content-type": "application/json" } as const;

/** A streamed answer comes in so many pieces after its first one. */
const PIECES = 16;

export class Provider {
  readonly #contract: Contract;
  readonly #root: unknown;
  readonly #answer: unknown;
  /** By usage: a body that was sent once is sent again. */
  readonly #bodies = new Map<string, string>();
  readonly #chunks: { readonly first: string; readonly next: string } | null;

  constructor({ contract, root }: ContractModel) {
    this.#contract = contract;
    this.#root = root;
    this.#answer = canonicalAnswer(contract, root);
    this.#chunks = mayStream({ ...contract })
      ? {
          first: dataOf(canonicalChunk(contract, root, { content: "" })),
          next: dataOf(canonicalChunk(contract, root, { content: "tok " })),
        }
      : null;
  }

  get streams(): boolean {
    return this.#chunks !== null;
  }

  /** @param usage as reported; null: it is not reported */
  answer(usage: Usage | null, afterMs: number): WorldEvent {
    const body = this.#body("answer", usage, () => JSON.stringify(this.#withUsage(this.#answer, usage)));
    return reporting({ kind: "returns", status: 200, headers: JSON_HEADERS, body, afterMs }, usage);
  }

  /** @param cut it breaks after half of its pieces */
  stream(usage: Usage | null, firstMs: number, wholeMs: number, cut: boolean): WorldEvent {
    if (this.#chunks === null) return this.answer(usage, wholeMs);
    const { first, next } = this.#chunks;
    const gap = (wholeMs - firstMs) / PIECES;
    const pieces: Piece[] = [{ data: first, afterMs: firstMs }, { data: next }];
    for (let piece = 1; piece < (cut ? PIECES / 2 : PIECES); piece++) pieces.push({ data: next, afterMs: gap });
    if (cut) return { kind: "streams", pieces, ends: "reset", endsAfterMs: gap };
    const last = this.#body("stream", usage, () => {
      const chunk = canonicalChunk(this.#contract, this.#root, { content: "", finished: true });
      const end = this.#contract.response.stream?.end ?? null;
      return `${dataOf(this.#withUsage(chunk, usage))}${end === null ? "" : `data: ${end}\n\n`}`;
    });
    pieces.push({ data: last, afterMs: gap });
    return reporting({ kind: "streams", pieces }, usage);
  }

  /** An answer that the provider's safety system refused; one that is of no use where the contract knows no such reason. */
  refusal(usage: Usage | null, afterMs: number): WorldEvent {
    const [reason] = this.#contract.response.refusedReasons ?? [];
    if (reason === undefined) return this.unusable(afterMs);
    const body = this.#body("refusal", usage, () => {
      const value = structuredClone(this.#withUsage(this.#answer, usage));
      put(value, this.#contract.response.finishReason, reason);
      return JSON.stringify(value);
    });
    return { kind: "returns", status: 200, headers: JSON_HEADERS, body, afterMs };
  }

  unusable(afterMs: number): WorldEvent {
    return { kind: "returns", status: 200, headers: JSON_HEADERS, body: "{}", afterMs };
  }

  /** @param error the error object; null: no body */
  error(
    status: number,
    headers: Readonly<Record<string, string>>,
    error: Readonly<Record<string, unknown>> | null,
    afterMs: number,
  ): WorldEvent {
    if (error === null) return { kind: "returns", status, headers, afterMs };
    const steps = parsePointer(this.#contract.errors.at[0] ?? "") ?? [];
    const body = steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), error);
    return { kind: "returns", status, headers: { ...JSON_HEADERS, ...headers }, body, afterMs };
  }

  #body(kind: string, usage: Usage | null, make: () => string): string {
    const key = `${kind} ${usage === null ? "" : `${usage.input} ${usage.output}`}`;
    let body = this.#bodies.get(key);
    if (body === undefined) {
      body = make();
      if (this.#bodies.size < MOST_KEPT) this.#bodies.set(key, body);
    }
    return body;
  }

  #withUsage(body: unknown, usage: Usage | null): unknown {
    const value = structuredClone(body);
    const { input, output } = this.#contract.response.usage;
    put(value, input, usage?.input);
    put(value, output, usage?.output);
    return value;
  }
}

/** Of recorded usages nearly every one is another. */
const MOST_KEPT = 256;

function dataOf(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** Replaces what stands at a place of `root`; undefined takes it away. Where nothing stands nothing happens. */
function put(root: unknown, pointer: JsonPointer, value: unknown): void {
  const steps = parsePointer(pointer) ?? [];
  const last = steps.at(-1);
  let at: unknown = root;
  for (const step of steps.slice(0, -1)) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  if (last === undefined || !isObject(at) || !Object.hasOwn(at, last)) return;
  if (value === undefined) delete at[last];
  else at[last] = value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
