/**
 * Random policy files as text: every form of the grammar, written in every permitted layout, with
 * and without comments. They parse; they need not make sense.
 */
import fc from "fast-check";
import {
  calls,
  condition,
  count,
  duration,
  GAP,
  json,
  jsonObject,
  money,
  name,
  place,
  share,
  text,
  tokenCount,
  tokens,
} from "./vocabulary.ts";

/** Lines of a block, or one line; a block's lines are further in. */
type Lines = readonly (string | { readonly head: string; readonly lines: Lines })[];
type Line = Lines[number];

function optional(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.option(arbitrary, { nil: "", freq: 2 });
}

function join(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((all) => all.join(""));
}

function blockOf(head: fc.Arbitrary<string>, line: fc.Arbitrary<Line>, maxLength = 5): fc.Arbitrary<Line> {
  return fc.tuple(head, fc.array(line, { maxLength })).map(([written, lines]) => ({ head: written, lines }));
}

const literal = fc.oneof(text, count, duration, fc.constantFrom("true", "false", "null"));

const contextField = join(
  name,
  ": ",
  fc.oneof(
    fc.constantFrom("bool", "number", "string"),
    fc.array(text, { minLength: 1, maxLength: 4 }).map((all) => all.join(`${GAP}| `)),
  ),
  optional(join(" = ", literal)),
);

const pathSetting = fc.oneof(
  join("contract ", name),
  join(fc.constantFrom("model ", "account ", "adapter "), text),
  join("timeout ", duration, optional(join("..", duration))),
  join(fc.constantFrom("connect ", "headers ", "first_token ", "stall "), duration),
  join(fc.constantFrom("context_window ", "max_output "), tokens),
  join("price ", money, " in, ", money, " out per ", tokenCount),
  join("validated for ", name, " by ", text),
);

const budgetSetting = fc.oneof(
  join("deadline ", duration),
  join(fc.constantFrom("attempts ", "retries ", "fallbacks "), count),
  join("tokens ", tokens),
  join("cost ", money),
);

const trigger = fc.oneof(join(share, " failed"), join(share, " slower than ", duration), join(count, " in a row"));

const breakerSetting = fc.oneof(
  join("window ", fc.oneof(duration, calls), optional(join(", at least ", calls))),
  join(
    "opens at ",
    fc.array(trigger, { minLength: 1, maxLength: 3 }).map((all) => all.join(" or ")),
  ),
  join("open for ", duration, optional(join(", doubling to ", duration))),
  join("half_open 2 probes", optional(join(", each within ", duration))),
);

const signalsLine = fc.oneof(
  { weight: 4, arbitrary: join(name, GAP, "when ", condition) },
  fc.constantFrom("documented", "standard"),
);

const acceptCheck = fc.oneof(
  { weight: 3, arbitrary: join(name, " ", condition) },
  fc.constant("standard"),
  join(optional(join(name, " ")), "content matches schema ", text, " as json"),
);

const action = fc.oneof(
  fc.constantFrom("retry", "proceed", "fail", "fail with partial"),
  join("retry after ", duration, optional(join("..", duration))),
  join("fallback ", name),
  join("respond ", text),
  join("defer to ", text),
);

const hook = join(fc.constantFrom("page ", "notify "), text);

const rule = join(
  fc.oneof({ weight: 3, arbitrary: name }, join("any ", name), fc.constant("otherwise")),
  optional(fc.constant(" before first_token")),
  optional(join(GAP, "when ", condition)),
  GAP,
  "-> ",
  name,
  GAP,
  "-> ",
  fc.array(action, { minLength: 1, maxLength: 4 }).map((all) => all.join(`${GAP}else `)),
  fc.array(hook, { maxLength: 2 }).map((all) => all.map((each) => `,${GAP}${each}`).join("")),
);

const objective = join(
  fc.constantFrom("p50", "p95", "p99.9"),
  " below ",
  duration,
  " over ",
  fc.oneof(duration, calls),
  optional(join(", at least ", calls)),
);

const alert = join(name, " when ", condition, optional(join(" for ", duration)), " ", hook);

const recordSetting = fc.oneof(
  join(
    "error_body allow [",
    fc.array(name, { maxLength: 12 }).map((all) => all.join(`,${GAP}`)),
    "]",
    optional(fc.constant(" up to 512 bytes")),
  ),
  fc.constantFrom("invalid_output keep", "invalid_output drop"),
);

const reason = join("reason ", name, optional(join(" ", text)));

const policyItem: fc.Arbitrary<Line> = fc.oneof(
  join("start ", name),
  blockOf(join("budget", optional(join(" ", name))), budgetSetting),
  join("budget ", name),
  blockOf(join("breaker ", name), breakerSetting),
  join("breaker ", name, " ", name),
  blockOf(join("slo ", name), objective, 2),
  join(
    "retry_budget ",
    optional(join(name, " ")),
    share,
    " of requests",
    optional(join(", at least ", count, " per second")),
  ),
  fc.oneof(fc.constantFrom("repeat always", "repeat never"), join("repeat only when ", condition)),
  join(
    "stream ",
    fc.constantFrom("visible", "held", "held for 40 tokens", "held for 2s"),
    optional(fc.constant(", skip bad chunks")),
  ),
  join(
    fc.constantFrom("sends ", "reads "),
    fc.array(place, { minLength: 1, maxLength: 4 }).map((all) => all.join(`,${GAP}`)),
  ),
  blockOf(join("on ", name), rule, 6),
  blockOf(fc.constant("record"), recordSetting),
  blockOf(fc.constant("alerts"), alert),
  join(
    "assert ",
    fc.constantFrom("always", "never", "possible"),
    " ",
    condition,
    optional(join(GAP, "when ", condition)),
  ),
  reason,
);

const headers = join(
  " with ",
  fc.array(join("header ", text, " ", text), { minLength: 1, maxLength: 2 }).map((all) => all.join(`,${GAP}`)),
);

const event = fc.oneof(
  fc.constant("times out"),
  join("fails ", fc.constantFrom("connect", "dns", "reset")),
  join("answers", optional(join(" with ", json))),
  join("returns 429", optional(join(" ", json)), optional(headers)),
  fc.constantFrom("breaks before first_token", "breaks after 12 tokens"),
);

const expectation = fc.oneof(
  join("answer", optional(join(" from ", name))),
  fc.constantFrom(
    "failure",
    "aborted",
    "partial",
    "no reason",
    "attempts 3",
    "within 20s",
    "tokens 3k",
    "cost 0.1 USD",
  ),
  join("degraded", optional(join(" ", text))),
  join("deferred", optional(join(" to ", text))),
  join(fc.constantFrom("reason ", "signal "), name),
  hook,
);

const step = fc.oneof(
  join(fc.constantFrom("request ", "context "), jsonObject),
  join("breaker ", name, fc.constantFrom(" is open", " is half_open")),
  join("slo ", name, " is breached"),
  join("caller aborts after ", duration),
  { weight: 4, arbitrary: join(name, " ", event, optional(join(" after ", duration))) },
  {
    weight: 2,
    arbitrary: join(
      "expect ",
      fc.array(expectation, { minLength: 1, maxLength: 6 }).map((all) => all.join(`,${GAP}`)),
    ),
  },
);

const item: fc.Arbitrary<Line> = fc.oneof(
  join("contract ", name, " from ", text),
  join("use ", text),
  blockOf(fc.constant("context"), contextField),
  blockOf(join("path ", name), pathSetting, 8),
  join("signal ", name, " is ", name),
  blockOf(join("signals", optional(join(" for ", name))), signalsLine),
  blockOf(join("accept", optional(join(" for ", name))), acceptCheck),
  reason,
  blockOf(join("budget ", name), budgetSetting),
  blockOf(join("breaker ", name), breakerSetting),
  { weight: 4, arbitrary: blockOf(join("policy ", name), policyItem, 10) },
  { weight: 2, arbitrary: blockOf(join("scenario ", text, " for ", name), step) },
);

/** How a program is laid out: decided anew at each place from a stream of small numbers. */
interface Layout {
  readonly choices: readonly number[];
  readonly comments: boolean;
}

const layout = (comments: boolean): fc.Arbitrary<Layout> =>
  fc.record({ choices: fc.array(fc.nat(99), { minLength: 20, maxLength: 200 }), comments: fc.constant(comments) });

const COMMENTS = ["// note", "//", "/// doc", '/// more, "quoted" {', "//// ruler", "// }", "//   spaced"];

function write(lines: Lines, { choices, comments }: Layout): string {
  let at = 0;
  const choose = (bound: number): number => (choices[at++ % choices.length] ?? 0) % bound;
  const comment = (): string => COMMENTS[choose(COMMENTS.length)] ?? "//";
  const gap = (): string => {
    const choice = choose(12);
    if (choice === 0) return "\n        ";
    if (choice === 1 && comments) return ` ${comment()}\n   `;
    return choice === 2 ? "   " : " ";
  };
  const end = (): string => {
    const choice = choose(10);
    const trailing = comments && choice < 2 ? ` ${comment()}` : "";
    return `${trailing}${choice === 3 ? "\n\n\n" : choice === 4 ? "\r\n" : "\n"}`;
  };
  const one = (line: Line, indent: string): string => {
    const above = comments && choose(6) === 0 ? `${indent}${comment()}\n${choose(3) === 0 ? "\n" : ""}` : "";
    if (typeof line === "string") return `${above}${indent}${fill(line)}${end()}`;
    const inner = line.lines.map((each) => one(each, `${indent}  `)).join("");
    const last = comments && choose(5) === 0 ? `${indent}  ${comment()}\n` : "";
    return `${above}${indent}${fill(line.head)} {${end()}${inner}${last}${indent}}${end()}`;
  };
  const fill = (line: string): string => line.replaceAll(GAP, gap);
  return lines.map((line) => one(line, "")).join("") + (comments && choose(2) === 0 ? comment() : "");
}

const lines: fc.Arbitrary<Lines> = fc.array(item, { minLength: 1, maxLength: 8 });

/** A policy file without comments. */
export const program: fc.Arbitrary<string> = fc.tuple(lines, layout(false)).map(([all, how]) => write(all, how));

/** A policy file with comments at every place where one may stand. */
export const commentedProgram: fc.Arbitrary<string> = fc
  .tuple(lines, layout(true))
  .map(([all, how]) => write(all, how));
