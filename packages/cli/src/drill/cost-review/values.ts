/** Reads the fields of a billing export. Each gives null where the text is none of its kind. */

const DAY_MS = 86_400_000;
const NANO_DIGITS = 9;
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/;
const CURRENCIES: Readonly<Record<string, string>> = { $: "USD", "€": "EUR", "£": "GBP" };

export interface TimeRead {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly withinMs: number;
}

/** ISO 8601, in UTC unless it says otherwise; a day alone; seconds or milliseconds since 1970. */
export function timeOf(text: string): TimeRead | null {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return { at: Math.floor(Number(text) * 1000), withinMs: 1000 };
  if (/^\d{12,13}$/.test(text)) return { at: Number(text), withinMs: 1 };
  const [, day, minute, second, fraction, zone = "Z"] = TIME.exec(text) ?? [];
  if (day === undefined) return null;
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d):?(\d\d)$/, "$1:$2");
  const at = Date.parse(
    `${day}T${minute ?? "00:00"}${second ?? ":00"}.${(fraction ?? "").padEnd(3, "0").slice(0, 3)}${offset}`,
  );
  if (Number.isNaN(at)) return null;
  if (minute === undefined) return { at, withinMs: DAY_MS };
  if (second === undefined) return { at, withinMs: 60_000 };
  return { at, withinMs: fraction === undefined ? 1000 : 1 };
}

/** `1200`, `1,200` */
export function countOf(text: string): number | null {
  if (!/^(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0+)?$/.test(text)) return null;
  return Number(text.replaceAll(",", ""));
}

export interface MoneyRead {
  readonly nanos: number;
  readonly stepNanos: number;
  readonly currency: string | null;
}

/**
 * `0.0045`, `$0.0045`, `1,234.5`, `4.5e-3`, `0.0045 USD`; `0,0045` where `hasDecimalComma`. Never negative. Below a
 * nano-unit it is rounded.
 */
export function moneyOf(text: string, hasDecimalComma: boolean): MoneyRead | null {
  const [, sign = "", digits = "", code = ""] =
    /^([$€£])? ?([\d.,]+(?:[eE][+-]?\d{1,2})?) ?([A-Za-z]{3})?$/.exec(text) ?? [];
  const plain =
    hasDecimalComma && !digits.includes(".") ? digits.replace(",", ".") : digits.replace(/,(?=\d{3}(?!\d))/g, "");
  const [, decimals, exponent] = /^\d+(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(plain) ?? [];
  if (!/^\d/.test(plain) || !/^[\d.eE+-]+$/.test(plain) || Number.isNaN(Number(plain))) return null;
  const nanos = Math.round(Number(plain) * 10 ** NANO_DIGITS);
  if (!Number.isSafeInteger(nanos)) return null;
  const places = (decimals?.length ?? 0) - Number(exponent ?? 0);
  return {
    nanos,
    stepNanos: 10 ** Math.max(0, NANO_DIGITS - Math.max(0, places)),
    currency: code === "" ? (CURRENCIES[sign] ?? null) : code.toUpperCase(),
  };
}
