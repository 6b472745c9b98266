/**
 * What evidence is about, as two digests: if neither has changed, what was tried then is what would be
 * tried now. They are over canonical JSON (RFC 8785), so that neither layout nor comments count, nor
 * anything of the policy but what is listed here.
 */
import type { Contract } from "../contract/document.ts";
import { digestText } from "../digest.ts";
import { canonicalJson } from "./canonical.ts";
import { contentDigest } from "./content.ts";
import type { Against } from "./document.ts";

/** The path that is to stand in: all of its settings but `price` and `account`, which no criterion is about. */
export interface Target {
  readonly contract: Contract;
  readonly model: string;
  readonly adapter: string | null;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly connectMs: number | null;
  readonly headersMs: number | null;
  readonly firstTokenMs: number | null;
  readonly stallMs: number | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
}

/** The path that it stands in for, by what its answers depend on. */
export type Original = Pick<Target, "contract" | "model" | "adapter">;

/** @param accept the checks of the target's answers, in order, as JSON without places and types */
export function subjectOf(target: Target, original: Original, accept: readonly unknown[]): Against {
  const { contract, model, adapter, leastMs, mostMs, connectMs, firstTokenMs, stallMs, contextWindow, maxOutput } =
    target;
  const settings = { model, adapter, leastMs, mostMs, connectMs, firstTokenMs, stallMs, contextWindow, maxOutput };
  // Left out where there is none: evidence from before there was such a limit stands.
  const path = target.headersMs === null ? settings : { ...settings, headersMs: target.headersMs };
  const from = { model: original.model, adapter: original.adapter };
  return {
    policy: digestText(canonicalJson({ form: 1, path, for: from, accept })),
    contracts: digestText(
      canonicalJson({ form: 1, path: contentDigest(contract), for: contentDigest(original.contract) }),
    ),
  };
}
