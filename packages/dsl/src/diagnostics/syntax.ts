/** Family 1. Codes are stable: a code once given is never given to another message. */
import { listOf, message } from "./define.ts";

export const syntaxMessages = {
  FBP1001: message<{ expected: string; after: string | null; hint?: string | undefined }>({
    severity: "error",
    title: "Something is missing",
    text: ({ expected, after }) => `expected ${expected}${after === null ? "" : ` after ${after}`}`,
    hint: ({ hint }) => hint,
  }),
  FBP1002: message<{ word: string; where: string; nearest: string | undefined; allowed: readonly string[] }>({
    severity: "error",
    title: "Unknown word",
    text: ({ word, where }) => `\`${word}\` means nothing in ${where}`,
    hint: ({ nearest, where, allowed }) =>
      nearest === undefined
        ? `${where} takes ${listOf(allowed.map((each) => `\`${each}\``))}`
        : `did you mean \`${nearest}\`?`,
  }),
  FBP1003: message<{ word: string; where: string; belongs: string }>({
    severity: "error",
    title: "A setting or block in the wrong place",
    text: ({ word, where }) => `\`${word}\` does not belong in ${where}`,
    hint: ({ word, belongs }) => `move \`${word}\` to ${belongs}`,
  }),
  FBP1004: message<{ closer: string; opener: string }>({
    severity: "error",
    title: "A block or bracket is not closed",
    text: ({ closer, opener }) => `expected \`${closer}\`: ${opener} is not closed`,
    hint: ({ closer }) => `add \`${closer}\` here`,
  }),
  FBP1005: message<{ closer: string }>({
    severity: "error",
    title: "A bracket that closes nothing",
    text: ({ closer }) => `this \`${closer}\` closes nothing`,
    hint: ({ closer }) => `remove the \`${closer}\`, or open what it should close`,
  }),
  FBP1006: message({
    severity: "error",
    title: "A text without its closing quote",
    text: () => "this text has no closing quote on its line",
    hint: () => 'end the text with `"`; a line break inside a text is written `\\n`',
  }),
  FBP1007: message<{ quoted: string }>({
    severity: "error",
    title: "Wrong quotes",
    text: () => "texts stand in double quotes",
    hint: ({ quoted }) => `write ${quoted}`,
  }),
  FBP1008: message<{ written: string }>({
    severity: "error",
    title: "Unknown escape in a text",
    text: ({ written }) => `\`${written}\` is no escape`,
    hint: () =>
      "texts take JSON's escapes: `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u` with four hexadecimal digits",
  }),
  FBP1009: message<{ character: string; hint?: string | undefined }>({
    severity: "error",
    title: "Unknown character",
    text: ({ character }) => `the character ${character} means nothing here`,
    hint: ({ hint }) => hint,
  }),
  FBP1010: message<{ written: string; meant: string }>({
    severity: "error",
    title: "An operator of another language",
    text: ({ written }) => `\`${written}\` is not an operator of this language`,
    hint: ({ meant }) => `write \`${meant}\``,
  }),
  FBP1011: message<{ sign: string; word: string }>({
    severity: "error",
    title: "A sign where none is written",
    text: ({ sign, word }) => `\`${word}\` takes no \`${sign}\``,
    hint: ({ sign }) => `remove the \`${sign}\``,
  }),
  FBP1012: message<{ mark: string }>({
    severity: "error",
    title: "A comment of another language",
    text: ({ mark }) => `\`${mark}\` does not begin a comment`,
    hint: () => "comments begin with `//` and go to the end of the line, doc comments with `///`",
  }),
  FBP1013: message<{ sign: string }>({
    severity: "error",
    title: "A sign at the end of a line",
    text: ({ sign }) => `lines end without \`${sign}\``,
    hint: ({ sign }) => `remove the \`${sign}\``,
  }),
  FBP1014: message<{ word: string; takes: string; example: string }>({
    severity: "error",
    title: "A unit is missing",
    text: ({ word, takes }) => `\`${word}\` takes ${takes}, this number has no unit`,
    hint: ({ example }) => `write \`${example}\``,
  }),
  FBP1015: message<{ word: string; takes: string; found: string; example: string }>({
    severity: "error",
    title: "A wrong unit",
    text: ({ word, takes, found }) => `\`${word}\` takes ${takes}, not ${found}`,
    hint: ({ example }) => `write it like \`${example}\``,
  }),
  FBP1016: message<{ unit: string; suggestion: string | null }>({
    severity: "error",
    title: "An unknown unit",
    text: ({ unit }) => `\`${unit}\` is not a unit`,
    hint: ({ suggestion }) =>
      suggestion === null
        ? "units are written `250ms`, `8s`, `5m`, `1h`, `1d`, `50%`, `24k`, `1M`, `3x`, `0.05 USD`, `512 bytes`, `40 tokens`, `20 calls`, `2 probes`"
        : `write \`${suggestion}\``,
  }),
  FBP1017: message({
    severity: "error",
    title: "A number is too large",
    text: () => "this number is too large to be counted exactly",
    hint: () =>
      "the largest is 9007199254740991 in the unit's base: milliseconds, bytes, tokens, whole units of a currency",
  }),
  FBP1018: message<{ word: string }>({
    severity: "error",
    title: "A negative setting",
    text: ({ word }) => `\`${word}\` takes no negative number`,
    hint: () => "remove the `-`",
  }),
  FBP1019: message({
    severity: "error",
    title: "A regular expression",
    text: () => "there are no regular expressions",
    hint: () => 'write `starts with "…"`, `contains "…"` or `in {"…", "…"}`: each costs a bounded time',
  }),
  FBP1020: message<{ written: string }>({
    severity: "error",
    title: "An arrow written otherwise",
    text: ({ written }) => `\`${written}\` is not the arrow of a rule`,
    hint: () => "write `->`",
  }),
  FBP1021: message<{ written: string; meant: string }>({
    severity: "error",
    title: "A name with a sign in it",
    text: ({ written }) =>
      `\`${written}\` is not a name: ${written === "__proto__" ? "what a policy becomes keeps it for itself" : "names are letters, digits and `_`"}`,
    hint: ({ meant }) => `write \`${meant}\``,
  }),
  FBP1022: message<{ written: string; what: string }>({
    severity: "error",
    title: "A text without quotes",
    text: ({ what }) => `${what} stands in quotes`,
    hint: ({ written }) => `write ${JSON.stringify(written)}`,
  }),
  FBP1023: message<{ name: string; what: string }>({
    severity: "error",
    title: "A name in quotes",
    text: ({ what }) => `${what} stands without quotes`,
    hint: ({ name }) =>
      /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9].*)$/.test(name) ? `write \`${name}\`` : "names are letters, digits and `_`",
  }),
  FBP1024: message<{ written: string }>({
    severity: "error",
    title: "A condition where the next action is expected",
    text: ({ written }) => `\`${written}\` is not how a rule goes on`,
    hint: () => "`else` is followed by the next action; another condition is another line with its own `when`",
  }),
  FBP1025: message({
    severity: "error",
    title: "A chained comparison",
    text: () => "comparisons cannot be chained",
    hint: () => "join two comparisons with `and`, or write `in LOW..HIGH`",
  }),
  FBP1026: message<{ written: string; meant: string }>({
    severity: "error",
    title: "A spelling of another language",
    text: ({ written }) => `\`${written}\` is not how this language says it`,
    hint: ({ meant }) => `write \`${meant}\``,
  }),
  FBP1027: message<{ key: string }>({
    severity: "error",
    title: "A key given twice",
    text: ({ key }) => `${JSON.stringify(key)} is given twice in this object`,
    hint: () => "keep one of the two",
  }),
  FBP1028: message({
    severity: "error",
    title: "A number that JSON does not have",
    text: () => "a number in JSON has no unit",
    hint: () => "write the plain number",
  }),
  FBP1030: message<{ limit: string }>({
    severity: "error",
    title: "The file is too large",
    text: ({ limit }) => `a policy file holds at most ${limit}`,
    hint: () => "split the policy and bring its parts in with `use`",
  }),
  FBP1031: message<{ limit: number }>({
    severity: "error",
    title: "Nested too deep",
    text: ({ limit }) => `brackets and conditions nest at most ${limit} deep`,
  }),
  FBP1032: message<{ limit: number }>({
    severity: "error",
    title: "Too many words and signs in one file",
    text: ({ limit }) => `a policy file holds at most ${limit} words and signs`,
    hint: () => "split the policy and bring its parts in with `use`",
  }),
  FBP1033: message({
    severity: "error",
    title: "Not a text file",
    text: () => "this is a binary file, not a policy",
  }),
  FBP1034: message<{ limit: number }>({
    severity: "error",
    title: "Too many errors",
    text: ({ limit }) => `more than ${limit} errors, the rest of the file was not read`,
  }),
  FBP1035: message<{ limit: number }>({
    severity: "error",
    title: "A condition is too long",
    text: ({ limit }) => `a condition joins at most ${limit} parts`,
    hint: () => "use `in {…}` for many values, or several lines",
  }),
  FBP1036: message<{ word: string; after: string }>({
    severity: "error",
    title: "Something is left over on a line",
    text: ({ word, after }) => `\`${word}\` is not expected after \`${after}\``,
    hint: () => "each setting, rule and step stands on a line of its own",
  }),
  FBP1038: message<{ written: string; looks: string | null; isSeen: boolean; meant: string }>({
    severity: "error",
    title: "A name with a letter of another alphabet",
    text: ({ written, looks, isSeen }) => {
      if (!isSeen) return `a character that cannot be seen stands in this name: ${written}`;
      return looks === null
        ? `${written} is no letter of a name`
        : `${written} looks like \`${looks}\`, and is no letter of a name`;
    },
    hint: ({ meant }) => `write \`${meant}\`: names are letters from a to z, digits and \`_\``,
  }),
  FBP1037: message({
    severity: "error",
    title: "A comma too many",
    text: () => "this `,` is one too many",
    hint: () => "remove the `,`",
  }),
} as const;
