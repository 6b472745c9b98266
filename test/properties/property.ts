/** How many cases a property gets: `FBP_RUNS` changes it, `FBP_SHRINK=0` stops at the first failure. */
import fc from "fast-check";
import { test } from "vitest";
import { aPolicy, type DrawnPolicy } from "../generators/policy.ts";
import { compileText } from "../support/compile.ts";
import { aWorld, type Play, play, type World } from "./play.ts";

export const RUNS = Number(process.env.FBP_RUNS ?? 2000);

/** Ample for the number of cases; a case takes milliseconds. */
export const TIMEOUT_MS = 60_000 + RUNS * 200;

export const PARAMETERS: fc.Parameters<unknown> = {
  numRuns: RUNS,
  // Who only wants to know whether it fails needs no smallest case.
  endOnFailure: process.env.FBP_SHRINK === "0",
};

type Holds = (play: Play, drawn: DrawnPolicy, world: World) => void;

interface Registered {
  readonly holds: Holds;
  failed: boolean;
}

/** Those of a file that draw the same cases: a case is played once, and looked at by all of them. */
const registered: Registered[] = [];
let played = false;

/**
 * A property over a random policy in a random world; the failure report prints the policy's text and the seed.
 *
 * @param parameters where they are given, the property has cases of its own
 */
export function requestProperty(name: string, holds: Holds, parameters?: fc.Parameters<unknown>): void {
  const own: Registered = { holds, failed: parameters !== undefined };
  if (parameters === undefined) registered.push(own);
  test(name, { timeout: TIMEOUT_MS }, () => {
    if (parameters === undefined && !played) {
      played = true;
      fc.assert(overRequests(lookAll), PARAMETERS as fc.Parameters<[DrawnPolicy, World]>);
    }
    // The same seed finds the same case again, and then a smaller one.
    if (own.failed) fc.assert(overRequests(holds), (parameters ?? PARAMETERS) as fc.Parameters<[DrawnPolicy, World]>);
  });
}

function overRequests(holds: Holds): fc.IPropertyWithHooks<[DrawnPolicy, World]> {
  return fc.property(aPolicy, aWorld, (drawn, world) => holds(play(compileText(drawn.text), world), drawn, world));
}

function lookAll(seen: Play, drawn: DrawnPolicy, world: World): void {
  for (const one of registered) {
    if (one.failed) continue;
    try {
      one.holds(seen, drawn, world);
    } catch {
      one.failed = true;
    }
  }
}
