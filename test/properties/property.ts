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

/** A property over a random policy in a random world; the failure report prints the policy's text and the seed. */
export function requestProperty(
  name: string,
  holds: (play: Play, drawn: DrawnPolicy, world: World) => void,
  parameters: fc.Parameters<unknown> = PARAMETERS,
): void {
  test(name, { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(aPolicy, aWorld, (drawn, world) => {
        const policy = compileText(drawn.text);
        holds(play(policy, world), drawn, world);
      }),
      parameters as fc.Parameters<[DrawnPolicy, World]>,
    );
  });
}
