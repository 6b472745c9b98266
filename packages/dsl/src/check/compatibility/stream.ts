/** Are the streams of a target read as those of the start are? An adapter rewrites whole answers: it cures none of this. */
import type { Severity } from "../../diagnostics/index.ts";
import { fits, placeInWords } from "../../types/fits.ts";
import { typeOf } from "../../types/from-schema.ts";
import type { Known } from "../known.ts";
import type { Side } from "./compare.ts";
import type { Joint } from "./joint.ts";

const CHUNK = "/response/stream/chunk";

/** Of a policy that streams, on a start whose contract does. */
export function checkStreams({ to, action }: Joint, start: string, source: Side, target: Side, known: Known): void {
  const { report, options } = known;
  const [own, theirs] = [source, target].map(({ loaded }) => loaded.contract.response.stream);
  if (own === undefined) return;
  const pair = { path: to.name, start };
  if (theirs === undefined) {
    const severity: Severity = options.profile === "production" ? "error" : "warning";
    report.add("FBP8104", action.span, { ...pair, contract: target.name }, { severity });
    return;
  }
  if (own.end !== theirs.end) {
    report.add("FBP8105", action.span, { ...pair, end: endText(theirs.end), other: endText(own.end) });
  }
  const fit = fits(typeOf(target.loaded.root, CHUNK), typeOf(source.loaded.root, CHUNK), "skimmed");
  if (fit.kind !== "no") return;
  const what = `\`${placeInWords("chunk", fit.at)}\` ${fit.why.replace(/^it /u, "")}`;
  const related = [target, source].map((side) => ({
    span: side.loaded.spanOf(CHUNK),
    text: `the chunks of \`${side.name}\``,
  }));
  report.add("FBP8106", action.span, { ...pair, what }, { related });
}

function endText(end: string | null): string {
  return end === null ? "the connection" : JSON.stringify(end);
}
