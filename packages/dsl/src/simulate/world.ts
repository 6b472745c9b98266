/** The world of a simulation: which requests come and when, and what each of their calls meets. */
import type { Usage } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import { type Dice, diceFor, latencyAt } from "./dice.ts";
import { factorAt, isIn, type PathProfile, type Profile, type RequestKind, type Trouble } from "./profile.ts";
import type { Provider } from "./provider.ts";

/** A request that comes. */
export interface Arrival {
  readonly atMs: number;
  readonly input: number | undefined;
  readonly stream: boolean;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  /** The caller waits no longer than this; null: as long as it takes. */
  readonly patienceMs: number | null;
  /** What its call meets on the path of this number, the `nth` there from 0; null: nobody can know. */
  readonly meets: (path: number, nth: number, now: number) => WorldEvent | null;
}

export interface World {
  /** In order of time. */
  readonly arrivals: Iterable<Arrival>;
  /** How long requests come, in milliseconds. */
  readonly spanMs: number;
}

/** What there is of each path, by its number. */
export interface PathWorld {
  readonly profile: PathProfile | null;
  readonly provider: Provider;
}

export function profiledWorld(profile: Profile, paths: readonly PathWorld[], seed: number, spanMs: number): World {
  return { arrivals: arrivalsOf(profile, paths, seed, spanMs), spanMs };
}

const ARRIVALS = 1;
const CALLS = 2;

/** As a Poisson process whose rate follows the bursts. */
function* arrivalsOf(
  profile: Profile,
  paths: readonly PathWorld[],
  seed: number,
  spanMs: number,
): Generator<Arrival, void, void> {
  const dice = diceFor(seed, ARRIVALS);
  let now = 0;
  for (let request = 0; ; request++) {
    now += (-Math.log(1 - dice()) * 1000) / (profile.rate * factorAt(profile.bursts, now));
    const kind = kindOf(profile.requests, dice());
    if (now >= spanMs) return;
    const { input, stream, context } = kind;
    const usage = { input, output: kind.output };
    const meets: Arrival["meets"] = (path, nth, at) =>
      callOn(paths[path], at, diceFor(seed, CALLS, request, path, nth), usage, stream);
    yield { atMs: now, input, stream, context, patienceMs: null, meets };
  }
}

function kindOf(kinds: readonly RequestKind[], share: number): RequestKind {
  let left = share;
  for (const kind of kinds) {
    if (left < kind.share) return kind;
    left -= kind.share;
  }
  const last = kinds.at(-1);
  if (last === undefined) throw new Error("a mix holds one kind of request at least");
  return last;
}

function callOn(
  path: PathWorld | undefined,
  now: number,
  dice: Dice,
  usage: Usage,
  stream: boolean,
): WorldEvent | null {
  const profile = path?.profile ?? null;
  return path === undefined || profile === null ? null : callMeets(profile, path.provider, now, dice, usage, stream);
}

/** All dice of a call are thrown, whatever comes of the first, so that one setting moves nothing but what it is about. */
export function callMeets(
  profile: PathProfile,
  provider: Provider,
  now: number,
  dice: Dice,
  usage: Usage,
  stream: boolean,
): WorldEvent {
  const [time, outage, error, cut] = [dice(), dice(), dice(), dice()];
  const ms = latencyAt(profile.latency, time) * factorAt(profile.slow, now);
  for (const one of profile.outages) if (isIn(one, now) && outage < one.share) return troubled(one, provider, ms);
  let left = error;
  for (const one of profile.errors) {
    if (left < one.share) return troubled(one, provider, ms);
    left -= one.share;
  }
  if (!stream || !provider.streams) return provider.answer(usage, ms);
  return provider.stream(usage, ms * profile.firstToken, ms, cut < profile.cuts);
}

function troubled({ what, afterMs }: Trouble, provider: Provider, latencyMs: number): WorldEvent {
  const after = afterMs ?? latencyMs;
  switch (what.kind) {
    case "hangs":
      return { kind: "hangs" };
    case "fails":
      return { kind: "fails", fault: what.fault, afterMs: after };
    case "returns":
      return provider.error(what.status, what.headers, what.error, after);
  }
}
