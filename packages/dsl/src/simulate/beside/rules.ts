/** What a gateway does with a request, as a simulation plays it beside a policy: rules of its own over the same world. */
import type { Dice } from "../dice.ts";

/** The rules of one gateway with one configuration. */
export interface BesideRules {
  /** As people call it: `LiteLLM`. */
  readonly title: string;
  /** What of the configuration the policy stands for: a group of models; null: all of it. */
  readonly group: string | null;
  /** Every path that it may call, as `fbp import` names them. */
  readonly paths: readonly BesidePath[];
  /** What the rules here do not say of the gateway, a sentence each. */
  readonly leavesOut: readonly string[];
  /** A gateway that has just been started: what is returned plays one request, and shares its health with the others. */
  readonly start: () => (ask: Ask) => Play<boolean>;
}

export interface BesidePath {
  readonly name: string;
  /** Nano-units of money for each token; null: as the policy has it. */
  readonly price: { readonly inputNanosPerToken: number; readonly outputNanosPerToken: number } | null;
}

/** Lets so many milliseconds pass, again and again, and returns what came of it. */
export type Play<Value> = Generator<number, Value, void>;

/** What a request can do. */
export interface Ask {
  /** Milliseconds since the simulation began. */
  readonly now: () => number;
  readonly dice: Dice;
  readonly stream: boolean;
  /** Calls a path by its name, and waits for its answer, and never longer than `limitMs` for the next part of it. */
  readonly call: (path: string, limitMs: number) => Play<Reply>;
}

export type Reply =
  | { readonly kind: "answered" }
  /** A stream that broke after its first token, which the user has seen. */
  | { readonly kind: "broke_off" }
  | { readonly kind: "timed_out" }
  | { readonly kind: "failed" }
  | {
      readonly kind: "returned";
      readonly status: number;
      /** Of the error object, as text: where gateways look for words. */
      readonly text: string;
      /** Lower case. */
      readonly headers: Readonly<Record<string, string>>;
    };
