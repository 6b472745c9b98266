/** A cost review for a terminal: the calls, what they come to, and what has to be known of them. */
import { money } from "@fbp/dsl";
import type { CostFinding } from "../drill/cost-review/findings.ts";
import type { CostReview, CostRow, CostTotals, Sum } from "../drill/cost-review/review.ts";
import type { BillReview } from "../report/bill.ts";
import { amount } from "./amounts.ts";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { momentOf } from "./report-tables.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

const INDENT = "  ";
/** More are for a program to read. */
const MOST_ROWS = 40;
const HEADS = ["request", "time", "path", "ended", "charge", "on record", "on the bill"] as const;

/** With each call. @param width of the terminal */
export function renderCostReview(review: CostReview, palette: Palette, width = Number.POSITIVE_INFINITY): string {
  const { rows, totals } = review;
  const shown = rows.slice(0, MOST_ROWS);
  const left = rows.length - shown.length;
  // Without a bill its column says nothing.
  const count = totals.billed === null ? HEADS.length - 1 : HEADS.length;
  const calls = renderTable(
    HEADS.slice(0, count).map(palette.dim),
    shown.map((row) => cellsOf(row).slice(0, count)),
    INDENT,
    width,
  );
  const more = left > 0 ? `${INDENT}and ${amount(left)} more\n` : "";
  return `${shown.length === 0 ? "" : `${palette.strong("Calls")}\n${calls}${more}\n`}${renderCosts(review, palette, width)}`;
}

/** What calls come to, and what has to be known of them. */
function renderCosts(
  { findings, totals }: Pick<CostReview, "findings" | "totals">,
  palette: Palette,
  width: number,
): string {
  const sums = renderTable(["", "calls", "tokens", "cost"].map(palette.dim), sumsOf(totals), INDENT, width);
  const told = findings.map((found) => toldOf(found, palette, width)).join("");
  return `${palette.strong("Costs")}\n${sums}${told === "" ? "" : `\n${palette.strong("To be known")}\n${told}`}`;
}

/** Of recorded requests. */
export function renderBill(
  { review, outside }: BillReview,
  palette: Palette,
  width = Number.POSITIVE_INFINITY,
): string {
  const left =
    outside === 0
      ? ""
      : `${INDENT}${plural(outside, "line")} of the bill ${outside === 1 ? "is" : "are"} from another time than the requests\n`;
  return `${renderCosts(review, palette, width)}${left === "" ? "" : `\n${left}`}`;
}

function cellsOf({ call, billed }: CostRow): readonly string[] {
  const { entry, by } = billed ?? { entry: null, by: null };
  const at = call?.at ?? entry?.at ?? null;
  const onBill = entry === null ? "-" : withCost(tokensOf(entry), entry.costNanos, entry.currency);
  return [
    call === null ? `line ${entry?.line}` : `${printable(call.request)} #${call.call}`,
    at === null ? "-" : momentOf(at).slice(11),
    call === null
      ? printable(entry?.model ?? "-")
      : `${printable(call.path)}${call.role === "first" ? "" : ` (${call.role})`}`,
    call === null ? "not on record" : printable(call.signal ?? "answer"),
    call?.charge ?? "-",
    call === null ? "-" : withCost(recorded(call), call.costNanos, call.declared?.price?.currency ?? null),
    by === null || by === "request id" ? onBill : `${onBill} (by ${by})`,
  ];
}

function recorded({
  usage,
  tokens,
  charge,
}: {
  readonly usage: { readonly input: number; readonly output: number } | null;
  readonly tokens: number;
  readonly charge: string;
}): string {
  if (charge === "none") return "nothing";
  return usage === null ? `${amount(tokens)} reserved` : tokensOf(usage);
}

function tokensOf({ input, output }: { readonly input: number | null; readonly output: number | null }): string {
  const count = (tokens: number | null): string => (tokens === null ? "?" : amount(tokens));
  return input === null && output === null ? "" : `${count(input)} in, ${count(output)} out`;
}

function withCost(text: string, nanos: number | null, currency: string | null): string {
  const cost = nanos === null || (nanos === 0 && text !== "") ? "" : money(nanos, currency);
  return [text, cost].filter((each) => each !== "").join(", ") || "?";
}

function sumsOf({ all, charges, repeats, usage, currency, billed }: CostTotals): readonly (readonly string[])[] {
  const row = (name: string, { calls, tokens, costNanos }: Sum): readonly string[] => [
    name,
    amount(calls),
    amount(tokens),
    costNanos === 0 ? "-" : money(costNanos, currency),
  ];
  return [
    row("on record", all),
    row("  by reported usage", charges.reported),
    row("  reserved, may have been charged", charges.reserved),
    row("  not charged", charges.none),
    ...(repeats.calls === 0 ? [] : [row("  of all: retries and fallbacks", repeats)]),
    ...(billed === null
      ? []
      : [
          [
            "on the bill",
            amount(billed.lines),
            amount(billed.input + billed.output),
            billed.costs.map((cost) => money(cost.nanos, cost.currency)).join(", ") || "-",
          ],
          ["  of them on record", amount(billed.matched), "", ""],
          ...(billed.notBilled === 0
            ? []
            : [["  charged on record, not on the bill", amount(billed.notBilled), "", ""]]),
        ]),
    ["tokens that providers reported", "", `${amount(usage.input)} in, ${amount(usage.output)} out`, ""],
  ];
}

function toldOf({ severity, text, hint }: CostFinding, palette: Palette, width: number): string {
  const says = paragraph(`${severity}: ${printable(text)}`, width - 2 * INDENT.length);
  const helps = paragraph(printable(hint), width - 2 * INDENT.length - "= ".length);
  const lines = [
    ...says.map((line, index) =>
      index > 0 ? INDENT + line : `${palette[severity](severity)}${line.slice(severity.length)}`,
    ),
    ...helps.map((line, index) => `${INDENT}${index > 0 ? "  " : palette.dim("= ")}${line}`),
  ];
  return lines.map((line) => `${INDENT}${line}\n`).join("");
}
