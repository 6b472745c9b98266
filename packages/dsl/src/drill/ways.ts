/** How a request comes to each path: what must fail before it, found by trying. */
import { nth, type Policy } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { PolicyModel } from "../check/model.ts";
import type { Asked } from "../why/reply.ts";
import type { Answers } from "./answers.ts";
import { play } from "./play.ts";

/** By the path's number: what other paths do, so that requests are answered by this one. */
export type Ways = ReadonlyMap<number, ReadonlyMap<number, readonly WorldEvent[]>>;

export interface Asking {
  readonly asked: Asked;
  readonly ways: Ways;
}

/** Of the requests that may be made the first that comes to the most paths. */
export function waysOf(
  model: PolicyModel,
  plain: Policy,
  answers: readonly Answers[],
  [first, ...others]: readonly [Asked, ...Asked[]],
): Asking {
  let best: Asking = { asked: first, ways: waysFor(model, plain, answers, first) };
  for (const asked of others) {
    if (best.ways.size === model.paths.length) break;
    const ways = waysFor(model, plain, answers, asked);
    if (ways.size > best.ways.size) best = { asked, ways };
  }
  return best;
}

/** The shortest ways first, and of those the quickest: a failure that is told at once before one that takes time. */
function waysFor(model: PolicyModel, plain: Policy, answers: readonly Answers[], asked: Asked): Ways {
  const ways = new Map<number, ReadonlyMap<number, readonly WorldEvent[]>>([[model.start, new Map()]]);
  const open = [model.start];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    for (const trouble of troublesOf(nth(answers, path))) {
      const way = new Map(ways.get(path)).set(path, [trouble]);
      const { outcome } = play(
        plain,
        { asked, streamed: false },
        (of) => way.get(of)?.[0] ?? nth(answers, of).healthy(false),
      );
      const to = plain.paths.findIndex(({ name }) => name === outcome.source);
      if (outcome.result !== "answer" || to === -1 || ways.has(to)) continue;
      ways.set(to, way);
      open.push(to);
    }
  }
  return ways;
}

function troublesOf(answers: Answers): readonly WorldEvent[] {
  const said = { type: "server_error", code: "unavailable", message: "later" };
  return [
    answers.refusal(503, said),
    answers.refusal(500, { ...said, code: "internal_error" }),
    answers.refusal(429, { type: "rate_limit_error", code: "rate_limit_exceeded", message: "too many requests" }),
    { kind: "fails", fault: "reset" },
    answers.empty(),
    { kind: "hangs" },
  ];
}
