/**
 * How large a request is: what its prompt takes and how long an answer it asks for, in tokens. Larger
 * requests are refused more: what the machine permits changes only where a path stops being affordable.
 */
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

/** The largest values that are still like those before them. */
export interface Turning {
  readonly prompts: readonly number[];
  readonly outputs: readonly number[];
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
