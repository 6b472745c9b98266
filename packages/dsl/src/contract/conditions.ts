/** What a documented error condition means, written as plainly as can be. */
import { CONDITION_TESTS, type ErrorCondition } from "./document.ts";

export interface ConditionFacts {
  /** 0 where no status line came. */
  readonly status: number;
  /** The provider's error object; null where there is none. */
  readonly error: unknown;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the message of a page of HTML begins, in lower case, as the runtime reads it. */
export const PAGE_BEGINNINGS = ["<!doctype html", "<html", "<head", "<title"] as const;

/**
 * Does the condition hold of a failure whose transport was well? Every test that it gives must hold; a
 * list holds when one of it does. Codes, types and params are compared exactly (429 is not "429"),
 * messages by containment and headers by their beginning, letter case aside. A condition that gives no
 * test holds of nothing. Total over any JSON value.
 */
export function matches(condition: ErrorCondition, { status, error, headers = {} }: ConditionFacts): boolean {
  const message = own(error, "message");
  const held: Readonly<Record<(typeof CONDITION_TESTS)[number], boolean | undefined>> = {
    status: condition.status?.some((wanted) => isOfStatus(wanted, status)),
    inBand: condition.inBand === undefined ? undefined : status >= 200 && status <= 299,
    code: condition.code?.some((wanted) => wanted === own(error, "code")),
    type: condition.type?.some((wanted) => wanted === own(error, "type")),
    param: condition.param?.some((wanted) => wanted === own(error, "param")),
    message: condition.message?.some((part) => lower(message).includes(part.toLowerCase())),
    body: condition.body === undefined ? undefined : PAGE_BEGINNINGS.some((page) => lower(message).startsWith(page)),
    header: headersHold(condition.header, headers),
  };
  const tests = CONDITION_TESTS.map((test) => held[test]).filter((test) => test !== undefined);
  return tests.length > 0 && tests.every((test) => test);
}

function headersHold(wanted: ErrorCondition["header"], headers: Readonly<Record<string, string>>): boolean | undefined {
  if (wanted === undefined) return undefined;
  return Object.entries(wanted).every(([name, test]) => {
    const value = own(headers, name.toLowerCase());
    if (test === "present") return value !== undefined;
    return test.some((beginning) => lower(value).startsWith(beginning.toLowerCase()));
  });
}

function isOfStatus(wanted: number | string, status: number): boolean {
  return typeof wanted === "number" ? wanted === status : Math.floor(status / 100) === Number(wanted.charAt(0));
}

/** "" of what is no text. */
function lower(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
