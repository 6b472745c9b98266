/**
 * Why a value does not fit a schema: as few slips as say it. Whether something fits is asked of the
 * validators at each step down; only the way down, to the smallest part that is at fault, is found here.
 */
import { resolveReference } from "../../types/reference.ts";
import { below, parsePointer, valueAt } from "../pointer.ts";
import { closest } from "./closest.ts";
import type { Slip } from "./slip.ts";
import type { SchemaTruth } from "./truth.ts";
import { extraSlip, formsSlip, slipOf, telling } from "./wants.ts";

/** Slips that are told of one value; one cause seldom makes more than one. */
const MOST_SLIPS = 20;
/** Schemas that are looked at for one value: forms within forms could make it long. */
const MOST_STEPS = 5_000;
/** Schemas within schemas, on one way down. */
const MOST_DEPTH = 1_000;

/** What the contract allows where nothing better can be said. */
const OTHER = "only another form";

type At = Slip["at"];
type Schema = Readonly<Record<string, unknown>>;

/** The slips of a value against the schema at `pointer`; none where it fits, at least one where it does not. */
export function explain(truth: SchemaTruth, pointer: string, value: unknown): readonly Slip[] {
  return truth.fits(pointer, value) ? [] : new Explanation(truth).of(pointer, value, []);
}

class Explanation {
  readonly #truth: SchemaTruth;
  #steps = 0;
  #depth = 0;

  constructor(truth: SchemaTruth) {
    this.#truth = truth;
  }

  /** Of a value that does not fit. */
  of(pointer: string, value: unknown, at: At): readonly Slip[] {
    this.#depth++;
    const slips = this.#depth > MOST_DEPTH ? [formsSlip(pointer, at, value, OTHER)] : this.#slips(pointer, value, at);
    this.#depth--;
    return slips;
  }

  #slips(pointer: string, value: unknown, at: At): readonly Slip[] {
    const schema = valueAt(this.#truth.document, parsePointer(pointer) ?? []);
    if (schema === false) return [extraSlip(pointer, at)];
    if (!isRecord(schema) || ++this.#steps > MOST_STEPS) return [formsSlip(pointer, at, value, OTHER)];
    const own = telling(this.#truth.own(pointer, value)).map((broken) => slipOf(broken, schema, pointer, value, at));
    if (own.some((slip) => slip.kind === "kind" || slip.kind === "value")) return own;
    const slips = [...own];
    for (const found of [
      () => this.#inPlace(schema, pointer, value, at),
      () => (Array.isArray(value) ? this.#items(schema, pointer, value, at) : []),
      () => (isRecord(value) ? this.#fields(schema, pointer, value, at) : []),
    ]) {
      if (slips.length < MOST_SLIPS) slips.push(...found());
    }
    if (slips.length === 0) slips.push(formsSlip(pointer, at, value, OTHER));
    return onePerPlace(slips).slice(0, MOST_SLIPS);
  }

  /** Schemas that are asked about the very same value. */
  #inPlace(schema: Schema, pointer: string, value: unknown, at: At): readonly Slip[] {
    const slips: Slip[] = [];
    const ask = (place: string) => {
      if (!this.#truth.fits(place, value)) slips.push(...this.of(place, value, at));
    };
    if (typeof schema.$ref === "string") {
      const target = resolveReference(this.#truth.document, pointer, schema.$ref);
      if (target.kind === "found") ask(target.pointer);
    }
    for (const index of indexesOf(schema.allOf)) ask(below(pointer, "allOf", index));
    for (const keyword of ["anyOf", "oneOf"] as const) {
      const forms = indexesOf(schema[keyword]).map((index) => below(pointer, keyword, index));
      if (forms.length > 0) slips.push(...this.#forms(forms, below(pointer, keyword), keyword, value, at));
    }
    if (Object.hasOwn(schema, "not") && this.#truth.fits(below(pointer, "not"), value)) {
      slips.push(formsSlip(below(pointer, "not"), at, value, "anything but this form"));
    }
    if (Object.hasOwn(schema, "if")) {
      const branch = this.#truth.fits(below(pointer, "if"), value) ? "then" : "else";
      if (Object.hasOwn(schema, branch)) ask(below(pointer, branch));
    }
    if (isRecord(value) && isRecord(schema.dependentSchemas)) {
      for (const name of Object.keys(schema.dependentSchemas)) {
        if (Object.hasOwn(value, name)) ask(below(pointer, "dependentSchemas", name));
      }
    }
    return slips;
  }

  #forms(forms: readonly string[], place: string, keyword: "anyOf" | "oneOf", value: unknown, at: At): readonly Slip[] {
    const fitting = forms.filter((form) => this.#truth.fits(form, value)).length;
    if (fitting === 0)
      return closest(
        forms.map((form) => this.of(form, value, at)),
        at.length,
        place,
      );
    if (fitting === 1 || keyword === "anyOf") return [];
    return [formsSlip(place, at, value, `exactly one of ${forms.length} forms, not ${fitting} at once`)];
  }

  #items(schema: Schema, pointer: string, value: readonly unknown[], at: At): readonly Slip[] {
    const slips: Slip[] = [];
    const first = indexesOf(schema.prefixItems).length;
    for (const [index, item] of value.entries()) {
      if (slips.length >= MOST_SLIPS) break;
      const place = index < first ? below(pointer, "prefixItems", index) : below(pointer, "items");
      if (index >= first && !Object.hasOwn(schema, "items")) break;
      if (!this.#truth.fits(place, item)) slips.push(...this.of(place, item, [...at, index]));
    }
    if (Object.hasOwn(schema, "contains")) {
      const place = below(pointer, "contains");
      const count = value.filter((item) => this.#truth.fits(place, item)).length;
      const least = typeof schema.minContains === "number" ? schema.minContains : 1;
      const most = typeof schema.maxContains === "number" ? schema.maxContains : Number.POSITIVE_INFINITY;
      if (count < least) slips.push(formsSlip(place, at, value, `at least ${least} of a certain item, not ${count}`));
      if (count > most) slips.push(formsSlip(place, at, value, `at most ${most} of a certain item, not ${count}`));
    }
    return slips;
  }

  #fields(schema: Schema, pointer: string, value: Schema, at: At): readonly Slip[] {
    const slips: Slip[] = [];
    for (const [name, held] of Object.entries(value)) {
      if (slips.length >= MOST_SLIPS) break;
      for (const place of placesOfField(schema, pointer, name)) {
        if (!this.#truth.fits(place, held)) slips.push(...this.of(place, held, [...at, name]));
      }
      const names = below(pointer, "propertyNames");
      if (Object.hasOwn(schema, "propertyNames") && !this.#truth.fits(names, name)) {
        slips.push(extraSlip(names, [...at, name]));
      }
    }
    return slips;
  }
}

/** The schemas that are asked about a field. Those of `unevaluatedProperties` hang on too much to be named here. */
function placesOfField(schema: Schema, pointer: string, name: string): readonly string[] {
  const places: string[] = [];
  if (isRecord(schema.properties) && Object.hasOwn(schema.properties, name)) {
    places.push(below(pointer, "properties", name));
  }
  if (isRecord(schema.patternProperties)) {
    for (const pattern of Object.keys(schema.patternProperties)) {
      if (new RegExp(pattern, "u").test(name)) places.push(below(pointer, "patternProperties", pattern));
    }
  }
  if (places.length === 0 && Object.hasOwn(schema, "additionalProperties")) {
    places.push(below(pointer, "additionalProperties"));
  }
  return places;
}

/** Several schemas may say the same of one place. */
function onePerPlace(slips: readonly Slip[]): readonly Slip[] {
  const kept = new Map<string, Slip>();
  for (const slip of slips) {
    const key = JSON.stringify([slip.at, slip.kind, slip.wants]);
    if (!kept.has(key)) kept.set(key, slip);
  }
  return [...kept.values()];
}

function indexesOf(list: unknown): readonly number[] {
  return Array.isArray(list) ? [...list.keys()] : [];
}

function isRecord(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
