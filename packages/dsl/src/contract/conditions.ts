/** What a documented error condition means, written as plainly as can be. */
import type { ErrorCondition } from "./document.ts";

export interface ConditionFacts {
  /** 0 where no status line came. */
  readonly status: number;
  /** The provider's error object; null where there is none. */
  readonly error: unknown;
}

/**
 * Does the condition hold of a failure? Every key that it gives must hold; a list holds when one of
 * it does. Codes, types and params are compared exactly (429 is not "429"), messages by containment,
 * letter case aside. A condition that gives no key holds of nothing. Total over any JSON value.
 */
export function matches(condition: ErrorCondition, { status, error }: ConditionFacts): boolean {
  const { message } = condition;
  const tests = [
    condition.status?.some((wanted) => isOfStatus(wanted, status)),
    listed(condition.code, own(error, "code")),
    listed(condition.type, own(error, "type")),
    listed(condition.param, own(error, "param")),
    message === undefined ? undefined : contains(own(error, "message"), message),
  ].filter((test) => test !== undefined);
  return tests.length > 0 && tests.every((test) => test);
}

function isOfStatus(wanted: number | string, status: number): boolean {
  return typeof wanted === "number" ? wanted === status : Math.floor(status / 100) === Number(wanted.charAt(0));
}

function listed(wanted: readonly unknown[] | undefined, value: unknown): boolean | undefined {
  return wanted?.some((one) => one === value);
}

function contains(text: unknown, parts: readonly string[]): boolean {
  if (typeof text !== "string") return false;
  const lower = text.toLowerCase();
  return parts.some((part) => lower.includes(part.toLowerCase()));
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
