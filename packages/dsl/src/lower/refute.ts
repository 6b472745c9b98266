/**
 * What the lines above have already answered: a line is reached only when none of them held, so that
 * what they asked for need not be asked again. Predicates are pure; leaving a question out changes no answer.
 */
import type { Predicate, Read, Scalar } from "../check/model.ts";

export class Refuted {
  readonly #keys = new Set<string>();

  /** The predicate did not hold. */
  add(predicate: Predicate): void {
    switch (predicate.kind) {
      case "or":
        for (const part of predicate.of) this.add(part);
        return;
      case "in_set":
        if (predicate.left.kind === "value") return;
        for (const value of predicate.values) this.#keys.add(equalityKey(predicate.left, value));
        return;
      default:
        this.#keys.add(keyOf(predicate));
    }
  }

  /** The same predicate where all that was added does not hold. */
  simplify(predicate: Predicate): Predicate {
    if (this.#keys.has(keyOf(predicate))) return { kind: "const", value: false };
    switch (predicate.kind) {
      case "or":
      case "and":
        return { kind: predicate.kind, of: predicate.of.map((part) => this.simplify(part)) };
      case "not":
        return { kind: "not", of: this.simplify(predicate.of) };
      case "in_set": {
        const { left, values } = predicate;
        if (left.kind === "value") return predicate;
        return { kind: "in_set", left, values: values.filter((value) => !this.#keys.has(equalityKey(left, value))) };
      }
      default:
        return predicate;
    }
  }
}

function keyOf(predicate: Predicate): string {
  if (predicate.kind === "compare" && predicate.operator === "==") {
    const { left, right } = predicate;
    if (left.kind === "read" && right.kind === "value") return equalityKey(left, right.value);
    if (left.kind === "value" && right.kind === "read") return equalityKey(right, left.value);
  }
  // Types are no part of what is asked, and may be endless.
  return JSON.stringify(predicate, (name, value: unknown) =>
    name === "type" || name === "optional" ? undefined : value,
  );
}

function equalityKey(read: Read, value: Scalar): string {
  return JSON.stringify(["==", read.from, read.segments, value]);
}
