/**
 * How large a request is: what its prompt takes and how long an answer it asks for, in tokens. Larger
 * requests are refused more: what the machine permits changes only where a path stops being affordable.
 */
import { type Past, type PathPlan, type Policy, unaffordable } from "@fbp/runtime/core";

export interface Size {
  readonly prompt: number;
  /** The request's own limit for the answer. */
  readonly output: number;
}

/** From the smallest to the largest, each of the two measures by itself. */
export interface Sizes {
  readonly least: Size;
  readonly most: Size;
}

/** More than any budget or context window. */
export const LARGEST_PROMPT = 2 ** 31;

export function hull(a: Sizes, b: Sizes): Sizes {
  return {
    least: {
      prompt: Math.min(a.least.prompt, b.least.prompt),
      output: Math.min(a.least.output, b.least.output),
    },
    most: { prompt: Math.max(a.most.prompt, b.most.prompt), output: Math.max(a.most.output, b.most.output) },
  };
}

/** What both hold; null where that is nothing. */
export function overlap(a: Sizes, b: Sizes): Sizes | null {
  const least = { prompt: Math.max(a.least.prompt, b.least.prompt), output: Math.max(a.least.output, b.least.output) };
  const most = { prompt: Math.min(a.most.prompt, b.most.prompt), output: Math.min(a.most.output, b.most.output) };
  return least.prompt <= most.prompt && least.output <= most.output ? { least, most } : null;
}

export function isWithin(outer: Sizes, { least, most }: Sizes): boolean {
  return (
    outer.least.prompt <= least.prompt &&
    outer.least.output <= least.output &&
    outer.most.prompt >= most.prompt &&
    outer.most.output >= most.output
  );
}

/** Sizes between which no call tells a difference, and one of them. */
export interface Bracket {
  readonly sizes: Sizes;
  readonly size: Size;
  /** What the budget says to a call on each of the paths: the same where a request can pay for the same calls. */
  readonly pays: string;
}

/**
 * The sizes as far as the budget tells them apart before a call on one of these paths, from the least to the most: a
 * part that it cuts through stands there twice, with its least and with its most.
 */
export function bracketsOf(policy: Policy, past: Past, paths: readonly PathPlan[], sizes: Sizes): readonly Bracket[] {
  const paysAt = ({ prompt, output }: Size): string => {
    const facts = { ...past.facts, promptTokens: prompt, outputLimit: output };
    return paths.map((path) => unaffordable(policy, { ...past, facts }, path)?.split(":", 1) ?? "").join();
  };
  const turning = paths.map((path) => turningPoints(policy, past, path, sizes));
  const brackets = parts(sizes, turning).flatMap((part): Bracket[] => {
    const low = { sizes: part, size: part.least, pays: paysAt(part.least) };
    const high = { sizes: part, size: part.most, pays: paysAt(part.most) };
    return low.pays === high.pays ? [low] : [low, high];
  });
  const [first] = brackets;
  return first !== undefined && brackets.every(({ pays }) => pays === first.pays) ? [{ ...first, sizes }] : brackets;
}

/** The largest that each measure can be with the other at its least or at its most, and a call on the path still affordable. */
function turningPoints(policy: Policy, past: Past, path: PathPlan, { least, most }: Sizes): Turning {
  const fits = (prompt: number, output: number): boolean =>
    unaffordable(policy, { ...past, facts: { ...past.facts, promptTokens: prompt, outputLimit: output } }, path) ===
    null;
  return {
    prompts: [least.output, most.output].flatMap((output) =>
      lastFitting(least.prompt, most.prompt, (prompt) => fits(prompt, output)),
    ),
    outputs: [least.prompt, most.prompt].flatMap((prompt) =>
      lastFitting(least.output, most.output, (output) => fits(prompt, output)),
    ),
  };
}

export interface Turning {
  readonly prompts: readonly number[];
  readonly outputs: readonly number[];
}

/** None where all of them fit, or not even the least. */
function lastFitting(least: number, most: number, fits: (value: number) => boolean): number[] {
  if (!fits(least) || fits(most)) return [];
  let yes = least;
  let no = most;
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (fits(middle)) yes = middle;
    else no = middle;
  }
  return [yes];
}

/** The parts into which turning points cut the sizes; one where there are none. */
export function parts({ least, most }: Sizes, turning: readonly Turning[]): readonly Sizes[] {
  const prompts = ranges(
    least.prompt,
    most.prompt,
    turning.flatMap((one) => one.prompts),
  );
  const outputs = ranges(
    least.output,
    most.output,
    turning.flatMap((one) => one.outputs),
  );
  return prompts.flatMap(([low, high]) =>
    outputs.map(([short, long]) => ({
      least: { prompt: low, output: short },
      most: { prompt: high, output: long },
    })),
  );
}

function ranges(least: number, most: number, ends: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  let from = least;
  for (const end of [...new Set([...ends.filter((at) => least <= at && at < most), most])].sort((a, b) => a - b)) {
    found.push([from, end]);
    from = end + 1;
  }
  return found;
}
