import type { PricePlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type { Span } from "../source.ts";
import { textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { KnownContract } from "./contracts.ts";
import type { Declarations } from "./declarations.ts";
import { resolve } from "./resolve.ts";
import { nonEmpty, type RequiredSetting, reportMissing, settingsOf } from "./settings.ts";
import { durationOf, inOrder, moneyOf, tokensOf } from "./values.ts";
import { duration } from "./words.ts";

/** A path as declared, before any policy uses it. What is missing or wrong is null, and was reported. */
export interface KnownPath {
  readonly name: string;
  readonly tree: tree.PathBlock;
  readonly contract: KnownContract | null;
  /** Where the path names its contract. */
  readonly contractSpan: Span;
  readonly model: string | null;
  readonly account: string | null;
  readonly leastMs: number | null;
  readonly mostMs: number | null;
  readonly connectMs: number | null;
  readonly headersMs: number | null;
  readonly firstTokenMs: number | null;
  readonly stallMs: number | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly price: PricePlan | null;
  readonly adapter: string | null;
  readonly validated: { readonly path: tree.Name; readonly by: tree.Text; readonly span: Span } | null;
  /** Does the path say so, rightly or wrongly? */
  readonly says: (setting: tree.PathSetting["kind"]) => boolean;
}

const REQUIRED: readonly RequiredSetting[] = [
  ["contract", "contract NAME"],
  ["model", 'model "…"'],
  ["timeout", "timeout 8s"],
];

const WORDS = { path_contract: "contract", validated: "validated for" };

export function checkPath(
  block: tree.PathBlock,
  declared: Declarations,
  contracts: ReadonlyMap<string, KnownContract>,
  report: Report,
): KnownPath {
  const owner = `the path \`${block.name.text}\``;
  const settings = settingsOf(report, owner, block.settings, WORDS);
  reportMissing(report, declared, owner, block.name.span, block.span, REQUIRED, (kind) =>
    kind === "contract" ? settings.has("path_contract") : settings.has(kind as "model" | "timeout"),
  );

  const named = settings.get("path_contract");
  const contract = named === undefined ? null : resolve(report, declared, "contract", named.name, contracts);
  const timeout = timeoutOf(settings.get("timeout"), report);
  const inside = (kind: "connect" | "headers" | "first_token" | "stall"): number | null => {
    const setting = settings.get(kind);
    if (setting === undefined) return null;
    const ms = durationOf(report, kind, setting.value);
    if (ms === null || timeout === null || ms <= timeout.mostMs) return ms;
    report.add("FBP6013", setting.value.span, {
      path: block.name.text,
      setting: kind,
      value: textOf(setting.value.span),
      timeout: duration(timeout.mostMs),
    });
    return null;
  };
  const tokens = (kind: "context_window" | "max_output"): number | null => {
    const setting = settings.get(kind);
    return setting === undefined ? null : tokensOf(report, kind, setting.value);
  };

  const connectMs = inside("connect");
  const headersMs = inside("headers");
  const [connect, headers] = [settings.get("connect"), settings.get("headers")];
  if (connect !== undefined && headers !== undefined && (connectMs ?? 0) > (headersMs ?? Number.POSITIVE_INFINITY)) {
    const [value, limit] = [textOf(connect.value.span), textOf(headers.value.span)];
    const related = [{ span: headers.span, text: "the status line has to be there by then" }];
    report.add("FBP6019", connect.value.span, { path: block.name.text, value, limit }, { related });
  }
  const contextWindow = tokens("context_window");
  const maxOutput = tokens("max_output");
  const output = settings.get("max_output");
  if (output !== undefined && contextWindow !== null && maxOutput !== null && maxOutput > contextWindow) {
    const [said, window] = [
      textOf(output.value.span),
      textOf(settings.get("context_window")?.value.span ?? output.span),
    ];
    report.add("FBP6017", output.value.span, { path: block.name.text, output: said, window });
  }
  for (const kind of ["model", "account", "adapter"] as const) {
    const text = settings.get(kind)?.value;
    if (text !== undefined) nonEmpty(report, kind, text);
  }
  const price = settings.get("price");
  const validated = settings.get("validated");
  return {
    name: block.name.text,
    tree: block,
    contract,
    contractSpan: named?.name.span ?? block.name.span,
    model: settings.get("model")?.value.value ?? null,
    account: settings.get("account")?.value.value ?? contract?.name ?? null,
    leastMs: timeout?.leastMs ?? null,
    mostMs: timeout?.mostMs ?? null,
    connectMs,
    headersMs,
    firstTokenMs: inside("first_token"),
    stallMs: inside("stall"),
    contextWindow,
    maxOutput,
    price: price === undefined ? null : priceOf(price, report),
    adapter: settings.get("adapter")?.value.value ?? null,
    validated: validated === undefined ? null : { path: validated.path, by: validated.by, span: validated.span },
    // A setting that a syntax error took may have been this one.
    says: (kind) => settings.has(kind) || declared.broken(block.span),
  };
}

interface Timeout {
  readonly leastMs: number;
  readonly mostMs: number;
}

function timeoutOf(
  setting: Extract<tree.PathSetting, { kind: "timeout" }> | undefined,
  report: Report,
): Timeout | null {
  if (setting === undefined) return null;
  const mostMs = durationOf(report, "timeout", setting.most);
  if (setting.least === null) return mostMs === null ? null : { leastMs: mostMs, mostMs };
  const leastMs = durationOf(report, "timeout", setting.least);
  if (leastMs === null || mostMs === null || !inOrder(report, "timeout", setting.least, setting.most)) return null;
  return { leastMs, mostMs };
}

function priceOf(setting: Extract<tree.PathSetting, { kind: "price" }>, report: Report): PricePlan | null {
  const input = moneyOf(report, "price", setting.input, true);
  const output = moneyOf(report, "price", setting.output, true);
  const per = tokensOf(report, "price", setting.per);
  if (input === null || output === null || per === null) return null;
  if (input.currency !== output.currency) {
    report.add("FBP6011", setting.output.span, {
      where: "the price of the output",
      currency: output.currency,
      other: `${input.currency}, as the price of the input`,
    });
    return null;
  }
  return {
    inputNanosPerToken: input.nanos / per,
    outputNanosPerToken: output.nanos / per,
    currency: input.currency,
  };
}
