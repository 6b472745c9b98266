/** The requests that drills may make. */
import type { World } from "../analyze/situation.ts";
import { worldsOf } from "../analyze/worlds.ts";
import type { PolicyModel } from "../check/model.ts";
import { askedOf } from "../why/asked.ts";
import type { Asked } from "../why/reply.ts";

/** More kinds of requests are not tried. */
const MOST_KINDS = 32;

/** The kinds of requests that the policy tells apart, the plainest first; none where there are too many. */
export function worldsIn(model: PolicyModel): readonly World[] {
  const found = worldsOf(model);
  return "worlds" in found ? found.worlds.slice(0, MOST_KINDS) : [];
}

/** A plain request first; then, for policies whose fallbacks hang on it, every kind that they tell apart. */
export function requestsFor(model: PolicyModel): readonly [Asked, ...Asked[]] {
  const worlds = worldsIn(model);
  return [
    askedOf(model, {}),
    ...worlds.map(({ context }) => askedOf(model, { context })),
    ...worlds.map(({ request, context }) => ({ request, context })),
  ];
}
