/** Random names, texts, numbers and conditions, as text. */
import fc from "fast-check";
import { WORDS } from "../words.ts";

/** A place where a line may be broken or go on: replaced by a space or a line break. */
export const GAP = "\u0001";

/** Words that join or end something wherever they stand: names, but not ones to write without care. */
const JOINING: ReadonlySet<string> = new Set([
  "after",
  "and",
  "any",
  "before",
  "by",
  "content",
  "contains",
  "else",
  "false",
  "for",
  "from",
  "has",
  "in",
  "is",
  "not",
  "notify",
  "null",
  "or",
  "otherwise",
  "page",
  "standard",
  "starts",
  "transport",
  "true",
  "when",
]);

const FREE_WORDS = WORDS.filter((word) => !JOINING.has(word));

/** Names, among them words that are keywords in other places. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("primary", "backup", "rate_limited", "comet", "a_reason", "_x", "B2") },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/).filter((each) => !JOINING.has(each)) },
  { weight: 2, arbitrary: fc.constantFrom(...FREE_WORDS) },
);

export const text: fc.Arbitrary<string> = fc
  .oneof(fc.constantFrom("llm-oncall", "./a.json", "", "// no comment", "{", "a\nb"), fc.string({ maxLength: 12 }))
  .map((value) => JSON.stringify(value));

const whole = fc.integer({ min: 0, max: 100_000 }).map(String);
const decimal = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 99 }))
  .map(([a, b]) => `${a}.${b}`);

export const count = whole;
export const duration = fc.oneof(
  fc.tuple(fc.oneof(whole, decimal), fc.constantFrom("ms", "s", "m", "h", "d")).map(([n, unit]) => `${n}${unit}`),
  fc.constantFrom("1h30m", "1m500ms", "2d1h"),
);
export const share = fc.oneof(whole, decimal).map((n) => `${n}%`);
export const tokens = fc.oneof(whole, fc.constantFrom("24k", "1M", "40 tokens", "2k tokens", "1.5k"));
export const money = fc
  .tuple(decimal, fc.constantFrom("USD", "EUR", "JPY"), fc.constantFrom(" ", "", "  "))
  .map(([n, currency, space]) => `${n}${space}${currency}`);
export const calls = whole.map((n) => `${n} calls`);
export const tokenCount = whole.map((n) => `${n} tokens`);

const segment = fc.oneof(
  { weight: 4, arbitrary: name.map((each) => `.${each}`) },
  fc.integer({ min: 0, max: 9 }).map((index) => `[${index}]`),
  text.map((each) => `[${each}]`),
);

const fact = fc
  .tuple(
    fc.oneof(fc.constantFrom("status", "error", "response", "request", "header", "sent"), name),
    fc.array(segment, { maxLength: 3 }),
  )
  .map(([root, segments]) => root + segments.join(""));

/** A fact that names a field, so that it can stand on a line of its own. */
export const place: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(fc.constantFrom("request", "response"), name), fc.array(segment, { minLength: 1, maxLength: 3 }))
  .map(([root, segments]) => root + segments.join(""));

const call = fc
  .tuple(name, fc.array(fc.oneof(name, duration), { maxLength: 2 }))
  .map(([called, args]) => `${called}(${args.join(", ")})`);

const atom = fc.oneof(
  { weight: 4, arbitrary: fact },
  { weight: 2, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.oneof(count, duration, share, money, tokenCount, fc.constantFrom("-1", "3x", "500", "1e3")),
  },
  call,
  fc
    .tuple(fc.constantFrom("2x", "1.5x"), fc.oneof(call, fc.constant("fallback_rate")))
    .map(([factor, of]) => `${factor} ${of}`),
  fc.constantFrom("true", "false", "null", "transport failed", "before first_token"),
);

/** Conditions, with needless brackets and gaps before `and` and `or`. */
export const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 4, depthIdentifier: "condition" },
    atom,
    tie("condition").map((each) => `(${each})`),
  ),
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: "condition" },
    atom,
    fc
      .tuple(
        tie("operand"),
        fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "contains", "has", "starts with"),
        tie("operand"),
      )
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(tie("operand"), fc.constantFrom("absent", "present", "empty", "not empty"))
      .map(([left, test]) => `${left} is ${test}`),
    fc
      .tuple(tie("operand"), fc.array(atom, { minLength: 1, maxLength: 12 }))
      .map(([left, values]) => `${left} in {${values.join(`,${GAP}`)}}`),
    fc.tuple(tie("operand"), atom, atom).map(([left, low, high]) => `${left} in ${low}..${high}`),
    tie("condition").map((each) => `not ${each}`),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([left, joiner, right]) => `${left}${GAP}${joiner} ${right}`),
  ),
})).condition;

/** JSON as people write it: with its own spaces and line breaks. */
export const json: fc.Arbitrary<string> = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1, 2))
  .map(([value, space]) => JSON.stringify(value, null, space));

export const jsonObject: fc.Arbitrary<string> = fc
  .tuple(
    fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
    fc.constantFrom(undefined, 2),
  )
  .map(([value, space]) => JSON.stringify(value, null, space));
