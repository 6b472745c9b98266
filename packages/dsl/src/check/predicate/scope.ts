import type { LoadedContract } from "../../contract/loaded.ts";
import type { Report } from "../../diagnostics/index.ts";
import type { ContextFieldModel, FactRoot, Predicate, Read, Reliance } from "../model.ts";
import type { Place } from "./place.ts";

/** A contract whose schemas a predicate must fit, under the name that the policy gives it. */
export interface ContractInScope {
  readonly name: string;
  readonly loaded: LoadedContract;
}

/** Where a predicate stands, and so what it may read. */
export interface Scope {
  readonly where: "signals" | "accept" | "repeat" | "guard";
  /** Each one must type; a contract that could not be loaded is left out. */
  readonly contracts: readonly ContractInScope[];
  /** Those that type `request.…`, where these are not the same. */
  readonly requests?: readonly ContractInScope[];
  readonly context: readonly ContextFieldModel[];
}

/** Takes note of an area that a construct relies on; called once for each contract it is read through. */
export type Rely = (reliance: Omit<Reliance, "contract"> & { readonly contract?: string }) => void;

/** The names of a policy that `outcome.…` may be compared with. */
export interface OutcomeNames {
  readonly paths: readonly string[];
  readonly reasons: readonly string[];
  readonly signals: readonly string[];
  /** In which the policy's prices and budget are; null where it names none. */
  readonly currency: string | null;
}

/** Every root that the checker knows; only assertions read `outcome`. */
export type Root = FactRoot | "outcome";

export type RootPredicate = Predicate<Root>;

/** What the checks of one expression share. */
export interface Environment {
  readonly where: Scope["where"] | "assert";
  readonly contracts: readonly ContractInScope[];
  readonly requests?: readonly ContractInScope[];
  readonly context: readonly ContextFieldModel[];
  readonly outcome: OutcomeNames | null;
  readonly report: Report;
  readonly rely: Rely;
  /** Where each place comes from that the predicate reads; noted when it is resolved. */
  readonly places: Map<Read<Root>, Place>;
}

/** The contracts that a root is read through. */
export function contractsOf(root: Root, { contracts, requests }: Environment): readonly ContractInScope[] {
  return root === "request" ? (requests ?? contracts) : contracts;
}

/** Roots by the names that a policy writes, in the order in which messages list them. */
const READABLE: Readonly<Record<Environment["where"], readonly Root[]>> = {
  signals: ["transport", "sent", "status", "header", "error"],
  accept: ["response", "request"],
  repeat: ["request", "context"],
  guard: ["request", "context", "transport", "sent", "status", "header", "error", "attempts", "elapsed"],
  assert: ["outcome", "request", "context"],
};

/** As messages name the place. */
export const PLACE_WORDS: Readonly<Record<Environment["where"], string>> = {
  signals: "`signals`",
  accept: "`accept`",
  repeat: "`repeat`",
  guard: "the guard of a rule",
  assert: "`assert`",
};

export function readableRoots(where: Environment["where"]): readonly Root[] {
  return READABLE[where];
}

/** The places, in words, where the root may be read; empty for a name that is no root. */
export function placesThatRead(name: string): string[] {
  return (Object.keys(READABLE) as Environment["where"][])
    .filter((where) => READABLE[where].some((root) => root === name))
    .map((where) => PLACE_WORDS[where]);
}

/** Before the first token is a question that only guards can ask. */
export function mayAskCommitted(where: Environment["where"]): boolean {
  return where === "guard";
}
