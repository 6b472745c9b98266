/** Family 2, expressions (from 2101). Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";

const didYouMean = (near: string | undefined) => (near === undefined ? undefined : `did you mean \`${near}\`?`);

/** For `error.error.code`: the root is the object itself, not the body around it. */
function writtenOnce(root: string): string {
  return `\`${root}\` is that object already: write it once`;
}

/** Names in back quotes; a long list is cut. */
function names(all: readonly string[]): string {
  return listOf(shorten(all.map((name) => `\`${name}\``)));
}

/** At most eight of them, then how many more there are. */
export function shorten(all: readonly string[]): string[] {
  return all.length <= 9 ? [...all] : [...all.slice(0, 8), `${all.length - 8} more`];
}

/** "`a` and `b` do", after "holds where" */
function doing(tests: readonly string[]): string {
  return `${listOf(tests, "and")} ${tests.length === 1 ? "does" : "do"}`;
}

/** "`a` does not", "neither `a` nor `b` does" */
function failing(tests: readonly string[]): string {
  if (tests.length === 1) return `${tests[0]} does not`;
  return `neither ${tests.slice(0, -1).join(", ")} nor ${tests.at(-1)} does`;
}

export const predicateMessages = {
  FBP2101: message<{
    field: string;
    parent: string;
    by: string;
    near: string | undefined;
    fields: readonly string[];
  }>({
    severity: "error",
    title: "No such field",
    text: ({ field, parent, by }) => `${by} has no field \`${field}\` in \`${parent}\``,
    hint: ({ field, parent, near, fields }) => {
      if (field === parent) return writtenOnce(parent);
      return didYouMean(near) ?? (fields.length === 0 ? undefined : `its fields are ${listOf(shorten(fields), "and")}`);
    },
  }),
  FBP2102: message<{ name: string; where: string; near: string | undefined; roots: readonly string[] }>({
    severity: "error",
    title: "Unknown fact",
    text: ({ name, where }) => `there is no fact \`${name}\` that may be read in ${where}`,
    hint: ({ near, roots }) => didYouMean(near) ?? `here one may read ${names(roots)}`,
  }),
  FBP2103: message<{ name: string; where: string; places: readonly string[] }>({
    severity: "error",
    title: "Fact that may not be read here",
    text: ({ name, where }) => `\`${name}\` may not be read in ${where}`,
    hint: ({ places }) => `it may be read in ${listOf(places, "and")}`,
  }),
  FBP2104: message<{ value: string; place: string; allowed: string; near: string | undefined }>({
    severity: "error",
    title: "Value that the place never holds",
    text: ({ value, place, allowed }) => `\`${place}\` is never ${value}: ${allowed}`,
    hint: ({ near }) => (near === undefined ? undefined : `did you mean ${near}?`),
  }),
  FBP2105: message<{ value: string; place: string; allowed: string }>({
    severity: "error",
    title: "Number out of range",
    text: ({ value, place, allowed }) => `${value} is out of the range of \`${place}\`: ${allowed}`,
  }),
  FBP2106: message<{
    left: string;
    leftIs: string;
    right: string;
    rightIs: string;
    by: string;
    hint?: string | undefined;
  }>({
    severity: "error",
    title: "Operands of unlike types",
    text: ({ left, leftIs, right, rightIs, by }) => `${left} is ${leftIs}${by} and ${right} is ${rightIs}`,
    hint: ({ hint }) => hint ?? "compare things of one kind",
  }),
  FBP2107: message<{ what: string; because: string }>({
    severity: "error",
    title: "Always false",
    text: ({ what, because }) => `${what} is always false because ${because}`,
    hint: () => "leave it out, or compare with what can be there",
  }),
  FBP2108: message<{ what: string; because: string }>({
    severity: "error",
    title: "Always true",
    text: ({ what, because }) => `${what} is always true because ${because}`,
    hint: () => "leave it out, or compare with what can be there",
  }),
  FBP2109: message<{ what: string; place: string; because: string }>({
    severity: "warning",
    title: "Comparison that only asks whether a place is there",
    text: ({ what, place, because }) => `${what} holds whenever \`${place}\` is there because ${because}`,
    hint: ({ place }) => `write \`${place} is present\``,
  }),
  FBP2110: message<{ index: number; parent: string; by: string; holds: number }>({
    severity: "error",
    title: "Index past the end",
    text: ({ index, parent, by, holds }) =>
      `${by} has no item ${index} in \`${parent}\`: it holds at most ${holds === 1 ? "1 item" : `${holds} items`}`,
    hint: () => "items are counted from 0",
  }),
  FBP2111: message<{ header: string; contract: string; near: string | undefined; headers: readonly string[] }>({
    severity: "error",
    title: "Header that the contract does not document",
    text: ({ header, contract }) => `the contract \`${contract}\` documents no header "${header}"`,
    hint: ({ near, headers }) =>
      near !== undefined
        ? `did you mean "${near}"?`
        : headers.length === 0
          ? "add it to `limits.headers` of the contract, with its source"
          : `it documents ${listOf(shorten(headers.map((name) => `"${name}"`)), "and")}; others belong into its \`limits.headers\``,
  }),
  FBP2112: message<{ what: string; is: string; hint: string }>({
    severity: "error",
    title: "No condition",
    text: ({ what, is }) => `${what} is ${is}, not a condition`,
    hint: ({ hint }) => hint,
  }),
  FBP2113: message<{ place: string | undefined; negated: boolean }>({
    severity: "error",
    title: "Comparison with null",
    text: () => "a comparison with null is always false, for null is read as absent",
    hint: ({ place, negated }) =>
      place === undefined
        ? "ask with `is absent` or `is present`"
        : `write \`${place} ${negated ? "is present" : "is absent"}\``,
  }),
  FBP2114: message<{ what: string; is: string; operator: string }>({
    severity: "error",
    title: "Order of what has no order",
    text: ({ what, is, operator }) => `${what} is ${is}, and \`${operator}\` compares numbers only`,
    hint: () => "use `==`, `!=` or `in { … }`",
  }),
  FBP2115: message<{ place: string; is: string; value: string; valueIs: string; example: string }>({
    severity: "error",
    title: "Wrong unit",
    text: ({ place, is, value, valueIs }) => `${place} is ${is} and ${value} is ${valueIs}`,
    hint: ({ example }) => `write ${example}`,
  }),
  FBP2116: message<{ low: string; high: string }>({
    severity: "error",
    title: "Reversed range",
    text: ({ low, high }) => `nothing lies in ${low}..${high}: the lower end stands first`,
    hint: ({ low, high }) => `write \`${high}..${low}\``,
  }),
  FBP2117: message<{ value: string }>({
    severity: "error",
    title: "Value twice in a set",
    text: ({ value }) => `${value} stands in the set twice`,
    hint: () => "leave one out",
  }),
  FBP2118: message<{ value: string; is: string; firstIs: string }>({
    severity: "error",
    title: "Set of mixed kinds",
    text: ({ value, is, firstIs }) => `${value} is ${is} in a set that begins with ${firstIs}`,
    hint: () => "put values of one kind into a set",
  }),
  FBP2119: message<{ what: string; is: string; by: string }>({
    severity: "error",
    title: "`has` on what holds nothing",
    text: ({ what, is, by }) => `${what} is ${is}${by}, and \`has\` asks lists and objects`,
    hint: () => "use `==` for a value, `contains` for text",
  }),
  FBP2120: message<{ what: string; is: string; operator: string; by: string; hint: string }>({
    severity: "error",
    title: "Text test on what is not text",
    text: ({ what, is, operator, by }) => `${what} is ${is}${by}, and \`${operator}\` reads text only`,
    hint: ({ hint }) => hint,
  }),
  FBP2121: message<{ what: string; wants?: string; role: string; hint?: string }>({
    severity: "error",
    title: "Written value expected",
    text: ({ what, wants, role }) => `${what} is not a written ${wants ?? "value"}, and ${role} must be one`,
    hint: ({ hint }) => hint ?? "write a text, a number, true or false; two places are compared with `==` or `<`",
  }),
  FBP2122: message<{ noun: string; name: string; near: string | undefined; known: readonly string[] }>({
    severity: "error",
    title: "Unknown name",
    text: ({ noun, name }) => `there is no ${noun} \`${name}\``,
    hint: ({ noun, near, known }) =>
      didYouMean(near) ?? (known.length === 0 ? `no ${noun} is declared` : `it is one of ${names(known)}`),
  }),
  FBP2123: message<{ place: string; noun: string; value: string }>({
    severity: "error",
    title: "Text where a name belongs",
    text: ({ place, noun, value }) => `\`${place}\` holds the name of a ${noun}, not the text ${value}`,
    hint: ({ value }) => `write the name without quotes: \`${value.slice(1, -1)}\``,
  }),
  FBP2124: message<{ name: string; place: string; near: string | undefined }>({
    severity: "error",
    title: "Name where text belongs",
    text: ({ name, place }) => `\`${name}\` is the name of nothing here, and \`${place}\` holds text`,
    hint: ({ name, near }) => `write ${JSON.stringify(near ?? name)}`,
  }),
  FBP2125: message<{ what: string; is: string; wants: string; by: string; hint: string | undefined }>({
    severity: "error",
    title: "Place inside of what has none",
    text: ({ what, is, wants, by }) => `\`${what}\` is ${is}${by} and has no ${wants}`,
    hint: ({ hint }) => hint,
  }),
  FBP2126: message<{ what: string }>({
    severity: "error",
    title: "Condition where a value belongs",
    text: ({ what }) => `${what} is a condition, and a value is expected here`,
    hint: () => "join conditions with `and`, `or` and `not`",
  }),
  FBP2127: message<{ name: string; where: string }>({
    severity: "error",
    title: "Measure outside of an alert",
    text: ({ name, where }) => `\`${name}\` is measured over many requests and may not be used in ${where}`,
    hint: () => "measures may be used in `alerts`",
  }),
  FBP2128: message<{ root: string; example: string }>({
    severity: "error",
    title: "Root without a field",
    text: ({ root }) => `\`${root}\` alone is no value`,
    hint: ({ example }) => `name what to read, as in \`${example}\``,
  }),
  FBP2129: message<{ first: string; next: string; hint: string }>({
    severity: "error",
    title: "Line that is never reached",
    text: ({ first, next }) => `${next} is never reached, for ${first} before it always matches`,
    hint: ({ hint }) => hint,
  }),
  FBP2130: message<{ what: string }>({
    severity: "error",
    title: "Said twice",
    text: ({ what }) => `${what} stands in this block twice`,
    hint: () => "leave one out",
  }),
  FBP2131: message<{ signal: string }>({
    severity: "error",
    title: "Signal that only the runtime raises",
    text: ({ signal }) => `\`${signal}\` is raised by the runtime alone and never read from an answer`,
    hint: () => "name the signal that describes what the provider answered",
  }),
  FBP2132: message<{ name: string; near: string | undefined }>({
    severity: "error",
    title: "Unknown signal",
    text: ({ name }) => `there is no signal \`${name}\``,
    hint: ({ name, near }) => didYouMean(near) ?? `declare it in the policy: \`signal ${name} is CLASS\``,
  }),
  FBP2134: message<{ name: string }>({
    severity: "error",
    title: "Check under a name of the runtime's own",
    text: ({ name }) => `\`${name}\` is the name of a check that the runtime makes itself`,
    hint: () => "give the check another name",
  }),
  FBP2135: message<{ file: string; why: string }>({
    severity: "error",
    title: "Answer schema that cannot be used",
    text: ({ file, why }) => `the schema ${JSON.stringify(file)} ${why}`,
    hint: () => "name a JSON Schema file inside the project, relative to this file",
  }),
  FBP2136: message<{ field: string; parent: string; by: string; fields: readonly string[] }>({
    severity: "warning",
    title: "Field that the contract does not name",
    text: ({ field, parent, by }) =>
      `${by} does not name a field \`${field}\` in \`${parent}\`, so nothing is known of it`,
    hint: ({ field, parent, fields }) =>
      field === parent
        ? writtenOnce(parent)
        : `it names ${listOf(shorten(fields), "and")}; add others to the contract's schema, with their source`,
  }),
  FBP2137: message<{ what: string; others: readonly string[]; why: string | null }>({
    severity: "error",
    title: "Conditions that exclude each other",
    text: ({ what, others, why }) =>
      `${what} never holds where ${doing(others)}${why === null ? "" : `, for there ${why}`}`,
    hint: () => "leave one of them out, or join them with `or`",
  }),
  FBP2138: message<{ what: string; others: readonly string[]; areUnequal: boolean }>({
    severity: "error",
    title: "Alternatives that leave nothing out",
    text: ({ what, others }) => `${what} always holds where ${failing(others)}, so one of them always holds`,
    hint: ({ areUnequal }) =>
      areUnequal ? "leave one of them out, or join them with `and`" : "leave them out, or narrow one of them",
  }),
  FBP2139: message<{ what: string; isSame: boolean; held: readonly string[]; failed: readonly string[] }>({
    severity: "warning",
    title: "Condition that adds nothing",
    text: ({ what, isSame, held, failed }) => {
      if (isSame) return `${what} adds nothing: it stands here already`;
      if (failed.length === 0) return `${what} adds nothing: it always holds where ${doing(held)}`;
      if (held.length === 0) return `${what} adds nothing: it never holds where ${failing(failed)}`;
      return `${what} adds nothing: it never holds where ${doing(held)} and ${failing(failed)}`;
    },
    hint: () => "leave it out",
  }),
  FBP2140: message<{ place: string; because: string; equality: string }>({
    severity: "warning",
    title: "Inequality of what may be absent",
    text: ({ place, because }) => `\`!=\` is false where \`${place}\` is absent, and ${because}`,
    hint: ({ place, equality }) =>
      `write \`not ${equality}\` to take what is absent too; if it is meant, ask whether \`${place} is present\` first`,
  }),
  FBP2141: message<{ what: string; others: readonly string[]; place: string }>({
    severity: "warning",
    title: "Alternatives that only ask whether a place is there",
    text: ({ what, others, place }) =>
      `${what} takes all that ${listOf(others, "and")} ${others.length === 1 ? "leaves" : "leave"}, so they hold whenever \`${place}\` is there`,
    hint: ({ place }) => `write \`${place} is present\``,
  }),
};
