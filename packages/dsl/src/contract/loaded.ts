import type { Source, Span } from "../source.ts";
import type { Type } from "../types/type.ts";
import type { Contract } from "./document.ts";

/** A contract that was read without an error. */
export interface LoadedContract {
  readonly contract: Contract;
  readonly source: Source;
  /** The files that it was read from: its own first, then what it extends. */
  readonly sources: readonly Source[];
  /** The whole document as parsed JSON, with what it extends, against which `$ref` resolves. */
  readonly root: unknown;
  /** Types of the request's body, the response's body and the error object. */
  readonly request: Type;
  readonly response: Type;
  readonly error: Type;
  /**
   * Where a JSON Pointer stands, in the file that holds the place: a plain value itself; of an object or a list the
   * name of its field; of a place that is not there the nearest one around it.
   */
  spanOf(pointer: string): Span;
}
