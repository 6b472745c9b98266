/** What evidence for a path must be about today: from the declarations of a program to two digests. */
import { bareSchema } from "../evidence/content.ts";
import type { Against } from "../evidence/document.ts";
import { type Original, subjectOf, type Target } from "../evidence/subject.ts";
import type { AcceptModel } from "./model.ts";
import type { KnownPath } from "./path.ts";

/**
 * Null where a part of one of the paths is missing or wrong, which was reported. The digests are made when
 * somebody asks: for a criterion that was never tried nobody does.
 */
export function subjectOfPaths(path: KnownPath, original: KnownPath): (() => Against) | null {
  const target = targetOf(path);
  const from = originalOf(original);
  const accept = path.contract?.model?.accept;
  if (target === null || from === null || accept === undefined) return null;
  let made: Against | null = null;
  return () => {
    made ??= subjectOf(target, from, accept.map(checkOf));
    return made;
  };
}

function originalOf({ contract, model, adapter }: KnownPath): Original | null {
  return contract?.model == null || model === null ? null : { contract: contract.model.contract, model, adapter };
}

function targetOf(path: KnownPath): Target | null {
  const original = originalOf(path);
  const { leastMs, mostMs, connectMs, headersMs, firstTokenMs, stallMs, contextWindow, maxOutput } = path;
  if (original === null || leastMs === null || mostMs === null) return null;
  return { ...original, leastMs, mostMs, connectMs, headersMs, firstTokenMs, stallMs, contextWindow, maxOutput };
}

/** A check as it judges an answer: without places, and without what is only known of its operands. */
function checkOf(check: AcceptModel): unknown {
  switch (check.kind) {
    case "standard":
      return { kind: check.kind };
    case "check":
      return { kind: check.kind, predicate: judged(check.predicate) };
    case "matches_schema":
      return { kind: check.kind, schema: bareSchema(check.schema) };
  }
}

/** Predicates have no keys that a user chose. */
const KNOWN_OF_OPERANDS = ["type", "optional"];

function judged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(judged);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !KNOWN_OF_OPERANDS.includes(key));
  return Object.fromEntries(kept.map(([key, held]) => [key, judged(held)]));
}
