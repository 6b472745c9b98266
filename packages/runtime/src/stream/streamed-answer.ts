/** A streamed answer as it comes in: reads its events, judges each, and keeps the whole of them. */
import { chunkError } from "../core/errors.ts";
import { at } from "../core/pointer.ts";
import type { ContractPlan } from "../core/policy.ts";
import { parsedJson } from "../json.ts";
import { Assembly } from "./assembly.ts";
import { type EventObserver, EventReader } from "./events.ts";

/** Why nothing more of a stream is of use. */
export type Break =
  /** An event that holds an error, or is named so. */
  | { readonly kind: "error"; readonly error: unknown }
  /** A chunk that is not JSON, or nested too deeply, or not as the contract says. */
  | { readonly kind: "chunk" }
  /** More than the bound on an answer. */
  | { readonly kind: "size" };

export interface StreamOwner {
  /** A good chunk has come; `assembly` has it. */
  chunkCame(chunk: unknown): void;
  /** The end marker has come. */
  markerCame(): void;
  /** `broken` is set now. */
  streamBroke(): void;
}

export class StreamedAnswer implements EventObserver {
  readonly assembly = new Assembly();
  broken: Break | null = null;
  readonly #contract: ContractPlan;
  readonly #skipBadChunks: boolean;
  readonly #owner: StreamOwner;
  readonly #reader: EventReader;
  readonly #limitBytes: number;
  readonly #asked: number;
  #bytes = 0;
  /** After the end marker, a break, or `close`: whatever still comes is of no interest. */
  #closed = false;

  /**
   * @param request what the provider was asked
   * @param limitBytes of the whole answer as it comes over the wire
   */
  constructor(
    contract: ContractPlan,
    request: unknown,
    skipBadChunks: boolean,
    limitBytes: number,
    owner: StreamOwner,
  ) {
    this.#contract = contract;
    this.#skipBadChunks = skipBadChunks;
    this.#owner = owner;
    this.#reader = new EventReader(this, limitBytes);
    this.#limitBytes = limitBytes;
    const asked = at(request, ["n"]);
    this.#asked = typeof asked === "number" ? asked : 1;
  }

  /** Has every choice come, and come to its end? What follows is the usage and the end marker at most. */
  get isWhole(): boolean {
    return this.assembly.finished && this.assembly.choices >= this.#asked;
  }

  push(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limitBytes || !this.#reader.push(bytes)) this.#break({ kind: "size" });
  }

  /** The provider has closed the stream: the last event may have come without its empty line. */
  end(): void {
    if (!this.#closed) this.#reader.end();
  }

  close(): void {
    this.#closed = true;
  }

  event(name: string, data: string): void {
    if (this.#closed) return;
    if (data.trim() === this.#contract.stream?.end) {
      this.#closed = true;
      this.#owner.markerCame();
      return;
    }
    const chunk = parsedJson(data);
    const error = chunkError(this.#contract, name, chunk === undefined ? data : chunk);
    if (error !== null) this.#break({ kind: "error", error });
    else if (chunk !== undefined && this.#fits(chunk)) {
      this.assembly.add(chunk);
      this.#owner.chunkCame(chunk);
    } else if (chunk !== undefined || !this.#skipBadChunks) this.#break({ kind: "chunk" });
  }

  /** Nobody knows whether it held a piece of the answer. */
  garbled(): void {
    if (!this.#skipBadChunks) this.#break({ kind: "chunk" });
  }

  /** A schema that refers to itself may run out of stack on a chunk that is nested without end. */
  #fits(chunk: unknown): boolean {
    try {
      return this.#contract.stream?.fits(chunk) ?? true;
    } catch {
      return false;
    }
  }

  #break(why: Break): void {
    if (this.#closed) return;
    this.#closed = true;
    this.broken = why;
    this.#owner.streamBroke();
  }
}
