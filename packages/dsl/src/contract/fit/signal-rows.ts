/** Which signal a captured error is: by the contract's compiled classifier, as a service would read it. */
import type { Failure } from "@fbp/runtime/core";
import { matches } from "../conditions.ts";
import type { Contract } from "../document.ts";
import { below } from "../pointer.ts";
import type { Captured } from "./capture.ts";
import { isRecord } from "./recognise.ts";
import type { Remarks } from "./remarks.ts";
import type { SignalRow } from "./result.ts";
import { type Expectations, expectedOf } from "./row.ts";
import { shownLabel, shownWord } from "./shown.ts";

export interface SignalOptions {
  readonly expectations: Expectations;
  /** The name of the signal that a failure is: the compiled `documented` and `standard`. Asked for errors alone. */
  readonly classify: (failure: Failure) => string;
}

export class SignalRows {
  readonly #contract: Contract;
  readonly #options: SignalOptions;
  readonly #remarks: Remarks;

  constructor(contract: Contract, options: SignalOptions, remarks: Remarks) {
    this.#contract = contract;
    this.#options = options;
    this.#remarks = remarks;
  }

  /** @param error the error object, where there is one */
  of(captured: Captured, error: unknown, inStream: SignalRow["inStream"]): SignalRow {
    const { place, row, status } = captured;
    const { words, expected } = expectedOf(row, this.#options.expectations);
    for (const word of words) this.#remarks.add("unmapped_word", place, word);
    const reads = this.#readingOf(captured, error);
    const provider = row?.provider;
    return {
      place,
      provider: typeof provider === "string" ? shownLabel(provider) : null,
      status,
      code: shownField(error, "code"),
      type: shownField(error, "type"),
      signal: inStream === null ? reads : "stream_interrupted",
      reads,
      condition: reads === null ? null : this.#conditionOf(captured, error, reads),
      inStream,
      expected,
    };
  }

  /** As the runtime reads it: what is no error object under 2xx is an answer that cannot be used. */
  #readingOf({ status, headers, place }: Captured, error: unknown): string | null {
    if (status === null) {
      this.#remarks.add("no_status", place, null);
      return null;
    }
    if (error === null && status >= 200 && status <= 299) return "unusable_output";
    return this.#options.classify({ transport: null, sent: true, status, headers: headers ?? {}, error });
  }

  /** The documented condition that a signal came from; the classifier itself only says which signal. */
  #conditionOf({ status, headers }: Captured, error: unknown, signal: string): string | null {
    const { conditions } = this.#contract.errors;
    const facts = { status: status ?? 0, error, headers: headers ?? {} };
    const index = conditions.findIndex((condition) => matches(condition, facts));
    return conditions[index]?.signal === signal ? below("/errors/conditions", index) : null;
  }
}

function shownField(error: unknown, name: string): string | null {
  const value = isRecord(error) && Object.hasOwn(error, name) ? error[name] : null;
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? (shownWord(value) ?? "…") : null;
}
