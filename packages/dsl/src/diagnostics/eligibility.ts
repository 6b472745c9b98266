/** Family 8: may a path stand in for another. Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";
import { quoted } from "./names.ts";
import { signCommand } from "./sign-command.ts";
import { shellWord } from "./verify-command.ts";

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean "${near}"?`);
/** Where in the file, and that it is one of evidence. */
const inside = (where: string) => (where === "" ? " in this evidence file" : ` in \`${where}\` of this evidence file`);

/** What evidence does not show, criteria of one kind together. */
export interface Lack {
  readonly kind: "missing" | "pending" | "failed" | "stale" | "expired" | "ahead";
  readonly criteria: readonly string[];
}

export const eligibilityMessages = {
  FBP8001: message<{ readonly path: string; readonly from: string }>({
    severity: "error",
    title: "A fallback path that nothing shows to be fit",
    text: ({ path, from }) =>
      `\`${path}\` is not eligible for production: nothing shows that it may stand in for \`${from}\``,
    hint: ({ path, from }) =>
      `try it out, write down what was tried, and add \`validated for ${from} by "./evidence/${path}.evidence.json"\` to the path`,
  }),
  FBP8002: message<{ readonly path: string; readonly file: string; readonly why: string }>({
    severity: "error",
    title: "Evidence that cannot be read",
    text: ({ path, file, why }) => `\`${path}\` is not eligible for production: the evidence "${file}" ${why}`,
    hint: ({ path }) =>
      `correct the path, which is relative to this policy file, or let a call make the file: fbp canary POLICY --path ${path} --evidence FILE`,
  }),
  FBP8003: message<{ readonly path: string; readonly from: string; readonly validated: string }>({
    severity: "error",
    title: "Evidence for another path",
    text: ({ path, from, validated }) => `\`${path}\` is validated for \`${validated}\`, but stands in for \`${from}\``,
    hint: ({ from }) => `validate it for \`${from}\` too, or fall back to another path`,
  }),
  FBP8004: message<{ readonly path: string; readonly from: string; readonly about: string; readonly for: string }>({
    severity: "error",
    title: "Evidence about other paths",
    text: ({ path, from, about, for: original }) =>
      `\`${path}\` is not eligible for production: this evidence is about \`${about}\` in the place of \`${original}\`, not about \`${path}\` in the place of \`${from}\``,
    hint: ({ path }) =>
      `name the evidence of \`${path}\`, or try that path out and write the names of the two paths here`,
  }),
  FBP8005: message<{
    readonly path: string;
    readonly from: string;
    readonly lacks: readonly Lack[];
    readonly policy: string;
  }>({
    severity: "error",
    title: "Evidence that is not complete, fresh and good",
    text: ({ path, lacks }) => `\`${path}\` is not eligible for production: ${lacks.map(lackText).join("; ")}`,
    hint: ({ path, policy, lacks }) => {
      const open = lacks.filter(({ kind }) => kind !== "failed").flatMap(({ criteria }) => criteria);
      const next = `what to run: fbp evidence status ${shellWord(policy)}`;
      return open.length === 0
        ? `mend the path and try again, or fall back to another path; ${next}`
        : `try what is open, again where something has changed; ${next}; what a person tried: ${signCommand({ policy, path, criteria: open })}`;
    },
  }),

  // ------------------------------------------------------------ the form of the file
  FBP8010: message<{ key: string; where: string; near: string | undefined; keys: readonly string[] }>({
    severity: "error",
    title: "Unknown key in evidence",
    text: ({ key, where }) => `there is no key ${JSON.stringify(key)}${inside(where)}`,
    hint: ({ near, keys }) =>
      didYouMean(near) ??
      `the keys here are ${listOf(
        keys.map((one) => JSON.stringify(one)),
        "and",
      )}`,
  }),
  FBP8011: message<{ key: string; where: string }>({
    severity: "error",
    title: "Missing key in evidence",
    text: ({ key, where }) => `the key ${JSON.stringify(key)} is missing${inside(where)}`,
    hint: ({ key, where }) => `add "${key}"${where === "" ? " at the top of the file" : ` in \`${where}\``}`,
  }),
  FBP8012: message<{ what: string; expected: string; got: string }>({
    severity: "error",
    title: "Wrong kind of value in evidence",
    text: ({ what, expected, got }) => `${what} must be ${expected}, not ${got}`,
  }),
  FBP8013: message<{ what: string; allowed: readonly string[]; near: string | undefined }>({
    severity: "error",
    title: "Value that is not allowed in evidence",
    text: ({ what, allowed }) => `${what} must be ${listOf(allowed)}`,
    hint: ({ near }) => didYouMean(near),
  }),
  FBP8014: message<{ got: string }>({
    severity: "error",
    title: "Unknown version of the evidence's form",
    text: ({ got }) => `this evidence is written in form ${got}, and this compiler reads form 1`,
    hint: () => 'write "fbp": 1, or use a compiler that reads this form',
  }),
  FBP8015: message<{ day: string }>({
    severity: "error",
    title: "Not a day in evidence",
    text: ({ day }) => `${JSON.stringify(day)} is not a day of the calendar`,
    hint: () => "write it as YEAR-MONTH-DAY, as in 2026-11-22",
  }),
  FBP8016: message({
    severity: "error",
    title: "Not a digest in evidence",
    text: () => "a digest is written as sha256- and 64 hexadecimal digits",
    hint: () => "`fbp evidence sign` writes what goes here, and `fbp evidence status --json` prints it",
  }),
  FBP8017: message<{ criterion: string; missing: readonly string[] }>({
    severity: "error",
    title: "Trial that is not complete",
    text: ({ criterion, missing }) => `\`${criterion}\` is called passed, but lacks ${quoted(missing)}`,
    hint: ({ missing }) =>
      missing.includes("signed")
        ? "say what was tried, when, against what and for how many days it stands, and let somebody sign what no program can judge; or write pending"
        : "say what was tried, when, against what and for how many days it stands; or write pending",
  }),
} as const;

function lackText({ kind, criteria }: Lack): string {
  const names = quoted(criteria);
  const [is, was] = criteria.length === 1 ? ["is", "was"] : ["are", "were"];
  switch (kind) {
    case "missing":
      return `nothing is said of ${names}`;
    case "pending":
      return `${names} ${is} pending`;
    case "failed":
      return `${names} failed`;
    case "stale":
      return `${names} ${was} tried on what has changed since`;
    case "expired":
      return `${names} ${was} tried too long ago`;
    case "ahead":
      return `${names} ${is} dated ahead`;
  }
}
