/** Numbers with their units, and JSON. */
import { cover, type Span, span, textOf } from "../../source.ts";
import { readQuantity } from "../quantity.ts";
import { retype } from "../scan.ts";
import { readText } from "../text.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Json, JsonMember, Quantity, Text } from "../tree.ts";
import { MEASURES, type Measure } from "./measures.ts";
import { TermParser } from "./terms.ts";

export abstract class ValuesParser extends TermParser {
  /** A number that a setting takes: `word` is the setting's, `measure` what it measures. */
  protected readonly quantity = this.RULE("quantity", (measure: Measure): Quantity => {
    const word = this.ACTION(() => this.takes());
    this.ACTION(() => this.dropSigns());
    this.ACTION(() => this.numberHabits(MEASURES[measure].takes));
    const token = this.CONSUME(T.Amount, { ERR_MSG: this.RECORDING_PHASE ? "" : MEASURES[measure].expected });
    return this.ACTION(() => this.measured(token, measure, word));
  });

  /** `.5s`, `2,000ms` and `"8s"`, read as the number that was meant. */
  private numberHabits(what: string): void {
    const next = this.LA(1);
    const after = this.LA(2);
    if (!this.here()) return;
    if (next.tokenType === T.Text && readQuantity(readText(next.image).value).kind === "quantity") {
      this.report.add("FBP1023", this.placeOf(next), { name: readText(next.image).value, what });
      next.image = next.image.slice(1, -1);
      next.startOffset += 1;
      retype(next, T.Amount);
    } else if (next.tokenType === T.Dot && after.tokenType === T.Amount && after.startOffset === T.endOf(next)) {
      this.asOne(`0.${after.image}`, 2);
    } else if (next.tokenType === T.Amount && after.tokenType === T.Comma) {
      const [first = ""] = THOUSANDS.exec(this.source.text.slice(next.startOffset, next.startOffset + 60)) ?? [];
      const count = 2 * first.split(",").length - 1;
      if (first !== "") this.asOne(first.replaceAll(",", "") + this.LA(count).image.slice("000".length), count);
    }
  }

  /** Reports so many tokens as one number that is written `meant`, which is what the last of them becomes. */
  private asOne(meant: string, count: number): void {
    const first = this.LA(1);
    const last = this.LA(count);
    const place = cover(this.placeOf(first), this.placeOf(last));
    this.report.add("FBP1026", place, { written: textOf(place), meant });
    for (let skipped = 1; skipped < count; skipped++) this.SKIP_TOKEN();
    last.image = meant;
    last.startOffset = place.end - meant.length;
  }

  /** The words that take the number: `timeout`, `at least`. */
  private takes(): string {
    const { image } = this.LA(0);
    const before = this.LA(-1);
    return PHRASES.has(image) && T.isWord(before) ? `${before.image} ${image}` : image;
  }

  /** Reads a number of any unit; reports a unit that the language does not have. */
  protected quantityOf(token: Token): Quantity {
    const place = this.placeOf(token);
    const reading = readQuantity(token.image);
    switch (reading.kind) {
      case "quantity":
        return { kind: "quantity", span: place, value: reading.value, unit: reading.unit };
      case "unknown_unit":
        this.report.add("FBP1016", place, { unit: reading.unit, suggestion: reading.suggestion });
        break;
      case "too_large":
        this.report.add("FBP1017", place, {});
        break;
    }
    return { kind: "quantity", span: place, value: 0, unit: { kind: "none" } };
  }

  protected measured(token: Token, measure: Measure, word: string): Quantity {
    const place = this.placeOf(token);
    const reading = readQuantity(token.image);
    const { units, takes, example } = MEASURES[measure];
    const takesBytes = units.some((unit) => unit === "bytes");
    if (reading.kind === "unknown_unit" && !takesBytes && reading.suggestion?.endsWith(" bytes") === true) {
      // `128kb` of tokens: thousands were meant.
      const suggestion = reading.suggestion.slice(0, -" bytes".length);
      this.report.add("FBP1016", place, { unit: reading.unit, suggestion });
      return { kind: "quantity", span: place, value: 0, unit: { kind: "none" } };
    }
    if (reading.kind !== "quantity") return this.quantityOf(token);
    if (!units.some((unit) => unit === reading.unit.kind)) {
      if (reading.unit.kind === "none")
        this.report.add("FBP1014", place, { word, takes, example: this.otherEnd(token) ?? example(token.image) });
      else {
        const found = FOUND[reading.unit.kind] ?? "this";
        this.report.add("FBP1015", place, {
          word,
          takes,
          found,
          example: example(/^[0-9.]+/.exec(token.image)?.[0] ?? "8"),
        });
      }
    } else if (token.image.startsWith("-")) this.report.add("FBP1018", place, { word });
    return { kind: "quantity", span: place, value: reading.value, unit: reading.unit };
  }

  /** Of `250..2000ms` the first end with the unit of the other one. */
  private otherEnd(token: Token): string | null {
    const to = this.LA(2);
    if (this.LA(1).tokenType !== T.DotDot || to.tokenType !== T.Amount || !this.here()) return null;
    const unit = /^[0-9.]+([A-Za-z%]+)$/u.exec(to.image)?.[1];
    return unit === undefined ? null : `${token.image}${unit}`;
  }

  // -------------------------------------------------------------- JSON

  protected readonly json = this.RULE("json", (): Json => {
    return this.oneOf<Json>({
      DEF: [
        { ALT: () => this.SUBRULE(this.jsonObject) },
        { ALT: () => this.SUBRULE(this.jsonArray) },
        {
          ALT: (): Json => {
            const { span: place, value } = this.textOf(this.CONSUME(T.Text));
            return { kind: "json_string", span: place, value };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(T.Amount);
            return this.ACTION(() => this.jsonNumber(token));
          },
        },
        { ALT: (): Json => ({ kind: "json_bool", span: this.placeOf(this.CONSUME(T.W.true)), value: true }) },
        { ALT: (): Json => ({ kind: "json_bool", span: this.placeOf(this.CONSUME(T.W.false)), value: false }) },
        { ALT: (): Json => ({ kind: "json_null", span: this.placeOf(this.CONSUME(T.W.null)) }) },
      ],
      ERR_MSG: "a JSON value",
    });
  });

  protected readonly jsonObject = this.RULE("jsonObject", (): Json => {
    const start = this.CONSUME(T.LCurly, { ERR_MSG: "a JSON object" });
    const members: JsonMember[] = [];
    const keys = new Set<string>();
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const member = this.SUBRULE(this.jsonMember);
        this.ACTION(() => {
          if (member === null) return;
          const key = member.key.value;
          if (keys.has(key)) this.report.add("FBP1027", member.key.span, { key });
          keys.add(key);
          members.push(member);
        });
      },
    });
    this.CONSUME(T.RCurly, { ERR_MSG: "`,` or `}`" });
    return { kind: "json_object", span: this.since(start), members };
  });

  /** Null for what a trailing comma promised. */
  protected readonly jsonMember = this.RULE("jsonMember", (): JsonMember | null => {
    if (!this.RECORDING_PHASE && this.trailingComma(T.RCurly)) return null;
    const token = this.oneOf<Token>({
      DEF: [{ ALT: () => this.CONSUME(T.Text) }, { ALT: () => this.CONSUME(T.Word) }],
      ERR_MSG: "a key in quotes",
    });
    this.ACTION(() => {
      if (token.tokenType === T.Text) return;
      this.report.add("FBP1022", this.placeOf(token), { written: token.image, what: "a key" });
    });
    const key: Text = this.ACTION(() => this.textOf(token));
    this.CONSUME(T.Colon);
    const value = this.SUBRULE(this.json);
    return this.ACTION(() => ({ span: this.since(token), key, value }));
  });

  protected readonly jsonArray = this.RULE("jsonArray", (): Json => {
    const start = this.CONSUME(T.LSquare);
    const items: Json[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        if (!this.RECORDING_PHASE && this.trailingComma(T.RSquare)) return;
        items.push(this.SUBRULE(this.json));
      },
    });
    this.CONSUME(T.RSquare, { ERR_MSG: "`,` or `]`" });
    return { kind: "json_array", span: this.since(start), items };
  });

  private jsonNumber(token: Token): Json {
    const place: Span = span(this.source, token.startOffset, T.endOf(token));
    if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(textOf(place))) {
      this.report.add("FBP1028", place, {});
      return { kind: "json_number", span: place, value: 0 };
    }
    const value = Number(token.image);
    if (!Number.isFinite(value)) this.report.add("FBP1017", place, {});
    return { kind: "json_number", span: place, value: Number.isFinite(value) ? value : 0 };
  }
}

/** `2,000ms`: nothing but the first part is at most three digits long. */
const THOUSANDS = /^[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])/u;

/** Second words of two that belong together. */
const PHRASES: ReadonlySet<string> = new Set(["for", "least", "out", "per", "than", "to", "within"]);

const FOUND: Readonly<Record<string, string>> = {
  none: "a plain number",
  duration: "a duration",
  percent: "a share",
  money: "an amount of money",
  bytes: "bytes",
  tokens: "tokens",
  calls: "calls",
  probes: "probes",
  factor: "a factor",
};
