/**
 * The sizes of requests as far as the budget tells them apart before a call. That hangs on the calls that are charged, of
 * which there are few kinds, and on the paths that may be called: each is worked out once.
 */
import { nth, type Past, type PathPlan, type Policy, type RequestFacts, unaffordable } from "@fbp/runtime/core";
import type { Numbers } from "./behind.ts";
import { isWithin, parts, type Size, type Sizes, type Turning } from "./sizes.ts";

/** Sizes between which no call tells a difference, and one of them. */
export interface Bracket {
  readonly sizes: Sizes;
  readonly size: Size;
  /** The number of the first one to which the budget says the same before a call on each of the paths. */
  readonly like: number;
}

export class Brackets {
  readonly #policy: Policy;
  readonly #all = new Known<readonly number[], readonly Bracket[]>();
  readonly #turning = new Known<number, Turning>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /**
   * From the least to the most, before a call on one of the paths: a part that the budget cuts through stands there
   * twice, with its least and with its most.
   *
   * @param charges the calls that are charged in `past`
   * @param paths the same list each time for the same paths
   */
  before(paths: readonly number[], past: Past, charges: Numbers, sizes: Sizes): readonly Bracket[] {
    return this.#all.get(paths, charges, sizes, () => this.#find(paths, new Purse(this.#policy, past), charges, sizes));
  }

  #find(paths: readonly number[], purse: Purse, charges: Numbers, sizes: Sizes): readonly Bracket[] {
    const turning = paths.map((path) =>
      this.#turning.get(path, charges, sizes, () => turningPoints(purse, nth(this.#policy.paths, path), sizes)),
    );
    const plans = paths.map((path) => nth(this.#policy.paths, path));
    const said: string[] = [];
    const brackets: Bracket[] = [];
    for (const part of parts(sizes, turning)) {
      const low = purse.says(plans, part.least);
      const high = purse.says(plans, part.most);
      said.push(low);
      brackets.push({ sizes: part, size: part.least, like: said.indexOf(low) });
      if (high === low) continue;
      said.push(high);
      brackets.push({ sizes: part, size: part.most, like: said.indexOf(high) });
    }
    const [first] = brackets;
    return first !== undefined && brackets.every(({ like }) => like === 0) ? [{ ...first, sizes }] : brackets;
  }
}

/** The budget after some calls, for requests of any size: one that is asked about many sizes makes no object for each. */
class Purse {
  readonly #policy: Policy;
  readonly #past: Past;
  readonly #facts: { -readonly [name in keyof RequestFacts]: RequestFacts[name] };

  constructor(policy: Policy, past: Past) {
    this.#policy = policy;
    this.#facts = { ...past.facts };
    this.#past = { ...past, facts: this.#facts };
  }

  holds(path: PathPlan, prompt: number, output: number): boolean {
    return this.#refusal(path, prompt, output) === null;
  }

  says(paths: readonly PathPlan[], { prompt, output }: Size): string {
    return paths.map((path) => this.#refusal(path, prompt, output)?.split(":", 1) ?? "").join();
  }

  #refusal(path: PathPlan, prompt: number, output: number): string | null {
    this.#facts.promptTokens = prompt;
    this.#facts.outputLimit = output;
    return unaffordable(this.#policy, this.#past, path);
  }
}

/** The largest that each measure can be with the other at its least or at its most, and a call on the path still affordable. */
function turningPoints(purse: Purse, path: PathPlan, { least, most }: Sizes): Turning {
  return {
    prompts: [least.output, most.output].flatMap((output) =>
      lastFitting(least.prompt, most.prompt, (prompt) => purse.holds(path, prompt, output)),
    ),
    outputs: [least.prompt, most.prompt].flatMap((prompt) =>
      lastFitting(least.output, most.output, (output) => purse.holds(path, prompt, output)),
    ),
  };
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

/** What was worked out of some paths, charges and sizes. */
class Known<Of, Value> {
  readonly #all = new Map<Of, Map<Numbers, { readonly sizes: Sizes; readonly value: Value }[]>>();

  get(of: Of, charges: Numbers, sizes: Sizes, make: () => Value): Value {
    let byCharges = this.#all.get(of);
    if (byCharges === undefined) {
      byCharges = new Map();
      this.#all.set(of, byCharges);
    }
    let all = byCharges.get(charges);
    if (all === undefined) {
      all = [];
      byCharges.set(charges, all);
    }
    for (const known of all) {
      if (isWithin(known.sizes, sizes) && isWithin(sizes, known.sizes)) return known.value;
    }
    const value = make();
    all.push({ sizes, value });
    return value;
  }
}
