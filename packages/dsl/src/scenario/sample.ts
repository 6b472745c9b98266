/**
 * The smallest value of a type that holds certain things at certain places: a canonical answer or
 * request of a contract, made from its schema.
 */
import { lookupField } from "../types/access.ts";
import { holdsNumber, holdsString } from "../types/scalar.ts";
import type { NumberType, ObjectType, Type } from "../types/type.ts";

/** What should stand at a place: one of these values, the first that fits; or below it. */
export type Wanted =
  | { readonly kind: "leaf"; readonly values: readonly unknown[]; readonly avoid: readonly unknown[] }
  | { readonly kind: "below"; readonly children: ReadonlyMap<string | number, Wanted> };

export interface Sample {
  readonly value: unknown;
  /** How many of the wanted leaves found their place. */
  readonly placed: number;
}

/** A schema that demands itself without end is cut here. */
const MOST_DEPTH = 24;
/** So is one that demands itself in many ways at once. */
const MOST_WORK = 20_000;
/** An array or text that must be longer than this is given this much. */
const MOST_LENGTH = 1_000;

export function sampleOf(type: Type, wanted: Wanted | null): Sample {
  return sampleWithin(type, wanted, { depth: 0, work: { left: MOST_WORK } });
}

/** How deep we are, and how many more places may be looked at in all. */
interface Bounds {
  readonly depth: number;
  readonly work: { left: number };
}

function sampleWithin(type: Type, wanted: Wanted | null, bounds: Bounds): Sample {
  if (bounds.depth > MOST_DEPTH || --bounds.work.left < 0) return { value: null, placed: 0 };
  const inside: Bounds = { ...bounds, depth: bounds.depth + 1 };
  switch (type.kind) {
    case "union":
      return best(type.of.map((member) => sampleWithin(member, wanted, inside)));
    case "array":
      return arraySample(type, wanted, inside);
    case "object":
      return objectSample(type, wanted, inside);
    case "unknown":
      return unknownSample(wanted);
    default:
      return scalarSample(type, wanted);
  }
}

/** The first of those that place the most. */
function best(samples: readonly Sample[]): Sample {
  let found: Sample = { value: null, placed: -1 };
  for (const sample of samples) if (sample.placed > found.placed) found = sample;
  return { value: found.value, placed: Math.max(0, found.placed) };
}

function childrenOf(wanted: Wanted | null): ReadonlyMap<string | number, Wanted> {
  return wanted?.kind === "below" ? wanted.children : new Map();
}

function arraySample(type: Extract<Type, { kind: "array" }>, wanted: Wanted | null, inside: Bounds): Sample {
  const children = childrenOf(wanted);
  const indexes = [...children.keys()].filter((key) => typeof key === "number");
  const length = Math.min(MOST_LENGTH, Math.max(type.minItems, ...indexes.map((index) => index + 1)));
  const items = Array.from({ length }, (_, index) =>
    sampleWithin((type.prefix[index] ?? type.items).get(), children.get(index) ?? null, inside),
  );
  return { value: items.map((item) => item.value), placed: total(items) };
}

function objectSample(type: ObjectType, wanted: Wanted | null, inside: Bounds): Sample {
  const children = childrenOf(wanted);
  const names = new Set([...type.fields].filter(([, field]) => field.required).map(([name]) => name));
  for (const name of children.keys()) names.add(String(name));
  const entries: (readonly [string, Sample])[] = [];
  for (const name of names) {
    const found = lookupField(type, name);
    if (found.kind === "found") entries.push([name, sampleWithin(found.type, children.get(name) ?? null, inside)]);
  }
  const value = Object.fromEntries(entries.map(([name, sample]) => [name, sample.value]));
  return { value, placed: total(entries.map(([, sample]) => sample)) };
}

/** Where nothing is known of a place, what is wanted there is put there. */
function unknownSample(wanted: Wanted | null): Sample {
  if (wanted === null) return { value: null, placed: 0 };
  if (wanted.kind === "leaf") return { value: wanted.values[0] ?? null, placed: 1 };
  const isArray = [...wanted.children.keys()].some((key) => typeof key === "number");
  const entries = [...wanted.children].map(([key, child]) => [String(key), unknownSample(child)] as const);
  const object = Object.fromEntries(entries.map(([key, sample]) => [key, sample.value]));
  const value = isArray ? Object.assign([], object) : object;
  return { value, placed: total(entries.map(([, sample]) => sample)) };
}

function scalarSample(
  type: Extract<Type, { kind: "never" | "null" | "boolean" | "number" | "string" }>,
  wanted: Wanted | null,
): Sample {
  const fallback = plainScalar(type, wanted?.kind === "leaf" ? wanted.avoid : []);
  if (wanted?.kind !== "leaf") return { value: fallback, placed: 0 };
  const fitting = wanted.values.filter((value) => holds(type, value));
  if (fitting.length > 0) return { value: fitting[0], placed: 1 };
  // A closed list has none of the wanted values: any other that is not to be avoided will do.
  const stands = typeof fallback === typeof wanted.values[0] && !wanted.avoid.includes(fallback);
  return { value: fallback, placed: stands ? 1 : 0 };
}

function holds(type: Type, value: unknown): boolean {
  if (type.kind === "string") return typeof value === "string" && type.format === null && holdsString(type, value);
  if (type.kind === "number") return typeof value === "number" && holdsNumber(type, value);
  if (type.kind === "boolean") return typeof value === "boolean" && (type.value ?? value) === value;
  return type.kind === "null" && value === null;
}

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  duration: "PT1S",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  "uri-reference": "/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function plainScalar(type: Type, avoid: readonly unknown[]): unknown {
  if (type.kind === "boolean") return type.value ?? false;
  if (type.kind === "number") return plainNumber(type);
  if (type.kind !== "string") return null;
  if (type.values !== null) return type.values.find((value) => !avoid.includes(value)) ?? type.values[0];
  const formatted = type.format === null ? undefined : FORMATS[type.format];
  return formatted ?? "x".repeat(Math.min(MOST_LENGTH, type.minLength));
}

function plainNumber(type: NumberType): number {
  const candidates = [0, 1, type.min, type.max, (type.min ?? 0) + 1, ((type.min ?? 0) + (type.max ?? 0)) / 2];
  return type.values?.[0] ?? candidates.find((value) => value !== null && holdsNumber(type, value)) ?? type.min ?? 0;
}

function total(samples: readonly Sample[]): number {
  return samples.reduce((sum, sample) => sum + sample.placed, 0);
}
