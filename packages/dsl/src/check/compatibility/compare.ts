/** Place by place: does one contract offer what is used of another? */
import type { LoadedContract } from "../../contract/loaded.ts";
import { listOf } from "../../diagnostics/define.ts";
import { fieldNames, lookupField } from "../../types/access.ts";
import { type Fit, fitting, placeInWords } from "../../types/fits.ts";
import { describe } from "../../types/relate.ts";
import type { Type } from "../../types/type.ts";
import { type Place, placeIn } from "./place.ts";
import { type Need, type Use, useOf } from "./use.ts";

/** A contract as the policy names it. */
export interface Side {
  readonly name: string;
  readonly loaded: LoadedContract;
}

export interface Difference {
  /** Can it be shown from the contracts that there is one? Else it can only not be shown that there is none. */
  readonly sure: boolean;
  readonly use: Use;
  /** A clause: `` `response.usage` is not there ``. For what is not sure, why it is not. */
  readonly what: string;
  /** Where the place stands in each contract, the target's first, and as what. */
  readonly described: readonly [target: Description, source: Description];
}

export interface Description {
  readonly side: Side;
  /** Of the place, or of what would hold it. */
  readonly pointer: string;
  /** Null where the contract does not describe it. */
  readonly as: string | null;
}

/** What the target may answer that is not what is read of the source's answers. */
export function answerDifferences(needs: readonly Need[], source: Side, target: Side): readonly Difference[] {
  const compare = { read: fitting("read"), skimmed: fitting("skimmed") };
  return needs.flatMap(({ oneOf, counted }): readonly Difference[] => {
    const pairs = pairsOf("response", oneOf, source, target);
    const there = pairs.filter(isThere);
    if (there.length === 0) return missing(pairs, "there in", source, target);
    return there.flatMap(({ use, own, theirs }) => {
      if (counted && theirs.described && theirs.optional && !own.optional) {
        return [
          difference(
            true,
            use,
            `\`${use.text}\` may be absent, and never is in \`${source.name}\``,
            own,
            theirs,
            source,
            target,
          ),
        ];
      }
      const fit = (counted ? compare.read : compare.skimmed)(theirs.type, own.type);
      return misfit(use, fit, own, theirs, source, target);
    });
  });
}

/** What is sent to the source that the target does not take. `always`: what the service is said to send. */
export function requestDifferences(
  needs: readonly Need[],
  always: readonly Use[],
  source: Side,
  target: Side,
): readonly Difference[] {
  const compare = fitting("sent");
  const differences = needs.flatMap(({ oneOf }): readonly Difference[] => {
    const pairs = pairsOf("request", oneOf, source, target);
    const there = pairs.filter(isThere);
    if (there.length === 0) return missing(pairs, "taken by", source, target);
    return there.flatMap(({ use, own, theirs }) => {
      const fit: Fit = theirs.described
        ? compare(own.type, theirs.type)
        : { kind: "unknown", at: [], why: "the schema does not describe it" };
      return misfit(use, fit, own, theirs, source, target);
    });
  });
  return [...differences, ...demands(always, source, target)];
}

interface Pair {
  readonly use: Use;
  readonly own: Place;
  readonly theirs: Place | null;
}

/** Of what the source itself has; where it has nothing, nothing is promised. */
function pairsOf(root: "request" | "response", uses: readonly Use[], source: Side, target: Side): readonly Pair[] {
  const pointer = `/${root}/schema`;
  return uses.flatMap((use): Pair[] => {
    const own = placeIn(source.loaded[root], pointer, use.segments);
    return own === null ? [] : [{ use, own, theirs: placeIn(target.loaded[root], pointer, use.segments) }];
  });
}

function isThere(pair: Pair): pair is Pair & { readonly theirs: Place } {
  return pair.theirs !== null;
}

/** `participle`: what it is not in the target, up to the target's name. */
function missing(pairs: readonly Pair[], participle: string, source: Side, target: Side): readonly Difference[] {
  const [first] = pairs;
  if (first === undefined) return [];
  const { use, own } = first;
  const [root] = use.text.split(/[.[]/u);
  const none = { type: own.type, optional: true, pointer: `/${root ?? ""}/schema`, described: false };
  const names = pairs.map((pair) => `\`${pair.use.text}\``);
  const is = names.length === 1 ? `${names[0]} is not` : `none of ${listOf(names, "and")} is`;
  return [difference(true, use, `${is} ${participle} \`${target.name}\``, own, none, source, target)];
}

function misfit(use: Use, fit: Fit, own: Place, theirs: Place, source: Side, target: Side): readonly Difference[] {
  if (fit.kind === "yes") return [];
  const place = `\`${placeInWords(use.text, fit.at)}\``;
  const what = fit.why.startsWith("it ") ? `${place} ${fit.why.slice("it ".length)}` : `${place}: ${fit.why}`;
  return [difference(fit.kind === "no", use, what, own, theirs, source, target)];
}

function difference(
  sure: boolean,
  use: Use,
  what: string,
  own: Place,
  theirs: Place,
  source: Side,
  target: Side,
): Difference {
  return {
    sure,
    use,
    what,
    described: [
      { side: target, pointer: theirs.pointer, as: inWords(theirs) },
      { side: source, pointer: own.pointer, as: inWords(own) },
    ],
  };
}

function inWords({ type, described, optional }: Place): string | null {
  if (!described) return null;
  return `${describe(type)}${optional ? ", or absent" : ""}`;
}

// ---------------------------------------------------------------- what the target asks for

/** Fields without which the target takes no request, and which the source's requests may lack. */
function demands(always: readonly Use[], source: Side, target: Side): readonly Difference[] {
  const { contract, request } = target.loaded;
  const given = new Set([
    contract.request.model,
    source.loaded.contract.request.prompt,
    ...always.map(({ segments }) => segments[0]),
  ]);
  return fieldNames(request).flatMap((name): readonly Difference[] => {
    const asked = lookupField(request, name);
    if (asked.kind !== "found" || asked.optional || given.has(name)) return [];
    const own = placeIn(source.loaded.request, "/request/schema", [name]);
    if (own !== null && !own.optional) return [];
    const use = useOf("request", [name], null);
    const nothing: Place = { type: asked.type, optional: true, pointer: "/request/schema", described: false };
    const what = `\`${use.text}\` has to be there, and may be left out for \`${source.name}\``;
    return [difference(true, use, what, own ?? nothing, placeOf(asked.type, asked.place), source, target)];
  });
}

function placeOf(type: Type, pointer: string | null): Place {
  return { type, optional: false, pointer: pointer ?? "/request/schema", described: true };
}
