/**
 * What drills show of a path that is to stand in. A provider on this machine answers as the contract says, so it shows
 * nothing of the real one; what the service's own parser makes of such answers is shown all the same.
 */
import { nth } from "@fbp/runtime/core";
import { type Judged, type Keeping, type Shown, shownBy, shownByParser } from "../canary/evidence.ts";
import { plural } from "../render/finding.ts";
import { CANARIES, type Drilled } from "./run.ts";

/** @param day ISO day of the drills */
export function shownByDrills(
  keeping: Keeping,
  drilled: readonly Drilled[],
  { staging, parsed, day }: { readonly staging: boolean; readonly parsed: boolean; readonly day: string },
): readonly Shown[] {
  const { path, model } = keeping.target;
  const own = drilled.filter(({ drill }) => drill.path === path && CANARIES.includes(drill.step));
  const live = own.filter(({ drill }) => drill.live === "call");
  const { name } = nth(model.paths, path);
  return [
    ...(staging ? [ofForm(keeping, live, name, day)] : []),
    ...(parsed ? [ofParser(keeping, own, staging, day)] : []),
  ];
}

function ofForm(keeping: Keeping, live: readonly Drilled[], path: string, day: string): Shown {
  const attempts = live.flatMap(({ happened }) => happened.outcome.attempts.filter((attempt) => attempt.path === path));
  const failed = attempts.find(({ signal }) => signal !== null);
  const last = failed ?? attempts.at(-1);
  const judged: Judged = {
    ok: failed === undefined && attempts.length > 0,
    status: last?.status ?? null,
    check: failed?.check ?? null,
    streamed: false,
  };
  const streams = live.filter(({ drill }) => drill.streamed).length;
  const how = streams === 0 ? "" : `, ${streams} of them as a stream,`;
  return shownBy(judged, keeping, day, `drill --staging: ${plural(attempts.length, "answer")}${how}`);
}

function ofParser(keeping: Keeping, own: readonly Drilled[], staging: boolean, day: string): Shown {
  const answered = own.filter(({ happened }) => happened.outcome.result === "answer");
  if (answered.length === 0) return { criterion: "output_parser", record: null, why: "there was no answer to parse" };
  const whose = staging ? "of the provider" : "in the form of the contract";
  const refused = answered.find((one) => one.refused !== null)?.refused ?? null;
  return shownByParser(keeping, { answers: `${plural(answered.length, "answer")} ${whose}`, refused, day });
}
