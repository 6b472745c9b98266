/**
 * May the target of a fallback take the place of the paths before it, as far as the contracts tell?
 *
 * A service writes its requests for the contract of the path that they start on, and reads its answers
 * as that contract's. So each target is compared with the start, whatever chain of fallbacks leads to
 * it; only what a path holds is compared with every path before.
 */
import type { Related, Report, Severity } from "../../diagnostics/index.ts";
import type { Criterion } from "../../evidence/document.ts";
import type * as tree from "../../syntax/tree.ts";
import type { KnownBudget } from "../budget.ts";
import type { Known } from "../known.ts";
import type { KnownPath } from "../path.ts";
import type { Rely } from "../predicate/index.ts";
import type { Ways } from "../ways.ts";
import { checkShared, reportNeedless } from "./adapters.ts";
import { answerDifferences, type Difference, requestDifferences, type Side } from "./compare.ts";
import { checkDeclared } from "./declared.ts";
import { type Joint, jointsOf } from "./joint.ts";
import { type Asked, readIn, sentIn } from "./needs.ts";
import { checkRoom } from "./room.ts";
import { checkStreams } from "./stream.ts";

/** What is known of a policy when its paths are compared. */
export interface Joining {
  readonly ways: Ways;
  readonly budget: KnownBudget | null;
  /** Does the policy have a `stream` line? */
  readonly streams: boolean;
  readonly uses: readonly tree.DeclaredUse[];
  /** The guards of rules and the condition of `repeat`. */
  readonly asked: readonly Asked[];
  /** Does the evidence for the path show this? */
  readonly shows: (path: KnownPath, criterion: Criterion) => boolean;
}

/** The paths whose answers an adapter has to rewrite before the service can read them. */
export type Rewritten = ReadonlySet<KnownPath>;

export function checkCompatibility(joining: Joining, known: Known, rely: Rely): Rewritten {
  const { ways } = joining;
  const { start } = ways;
  const source = sideOf(start);
  const declared = checkDeclared(joining.uses, source, known.report, rely);
  const rewritten = new Set<KnownPath>();
  checkShared(ways.paths, known);
  if (source !== null) reportNeedless(start, start, known);
  for (const joint of jointsOf(ways.takeovers, start)) {
    checkRoom(joint, joining.budget, known);
    const target = sideOf(joint.to);
    if (source === null || target === null) continue;
    const isSame = target.loaded === source.loaded;
    const answers = isSame ? [] : answerDifferences(readIn(source.loaded, declared, acceptOf(start)), source, target);
    const sent = sentIn(source.loaded, declared, joining.asked, joining.streams);
    const requests = isSame ? [] : requestDifferences(sent, declared.sends ?? [], source, target);
    if (answers.some(({ sure }) => sure)) rewritten.add(joint.to);
    if (!isSame && joining.streams) checkStreams(joint, start.name, source, target, known);
    if (joint.to.adapter === null) {
      const tell = teller(joint, start, joining, known);
      tell("response", answers, declared.reads !== null);
      tell("request", requests, declared.sends !== null);
    } else if (answers.length + requests.length === 0) reportNeedless(joint.to, start, known);
  }
  return rewritten;
}

/** Null where the contract could not be read, which was reported. */
function sideOf({ contract }: KnownPath): Side | null {
  return contract?.loaded == null ? null : { name: contract.name, loaded: contract.loaded };
}

function acceptOf({ contract }: KnownPath) {
  return contract?.model?.accept ?? [];
}

// ---------------------------------------------------------------- messages

/** A message names at most this many further differences. */
const MOST_FURTHER = 4;

type Tell = (side: "request" | "response", found: readonly Difference[], declared: boolean) => void;

function teller({ to, action }: Joint, start: KnownPath, { shows }: Joining, known: Known): Tell {
  const { report } = known;
  const severity: Severity = known.options.profile === "production" ? "error" : "warning";
  const pair = { path: to.name, start: start.name };
  return (side, found, declared) => {
    const sure = found.filter((difference) => difference.sure);
    const [first, ...others] = sure;
    if (first !== undefined) {
      const args = { ...pair, what: first.what, more: others.length, declared };
      const asked = first.use.span === null ? [] : [{ span: first.use.span, text: "the policy uses it here" }];
      const related = [...placesOf(first), ...asked, ...others.slice(0, MOST_FURTHER).map(furtherOf)];
      report.add(side === "response" ? "FBP8101" : "FBP8102", action.span, args, { severity, related });
      return;
    }
    const criterion = side === "response" ? "response_format" : "prompt";
    const [open, ...more] = found;
    if (open === undefined || shows(to, criterion)) return;
    reportOpen([open, ...more], { ...pair, side, criterion }, action, report);
  };
}

function reportOpen(
  found: readonly [Difference, ...Difference[]],
  pair: {
    readonly path: string;
    readonly start: string;
    readonly side: "request" | "response";
    readonly criterion: string;
  },
  action: tree.Action,
  report: Report,
): void {
  const [first, ...others] = found;
  const places = [...new Set(found.map(({ use }) => use.text))];
  const related = [furtherOf(first), ...placesOf(first), ...others.slice(0, MOST_FURTHER).map(furtherOf)];
  report.add("FBP8103", action.span, { ...pair, places }, { related });
}

/** Where the contracts describe it. */
function placesOf({ use, described }: Difference): readonly Related[] {
  return described.map(({ side, pointer, as }) => ({
    span: side.loaded.spanOf(pointer),
    text: `\`${use.text}\` in the contract \`${side.name}\`: ${as ?? "not described"}`,
  }));
}

/** Where the policy asks for it, else where it is described. */
function furtherOf({ use, what, described: [target, source] }: Difference): Related {
  const { side, pointer } = target.as === null ? source : target;
  return { span: use.span ?? side.loaded.spanOf(pointer), text: what };
}
