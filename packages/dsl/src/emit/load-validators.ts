/**
 * The validators of a program's policies. Ajv is large, and checking a policy does not need it: it is
 * loaded when somebody says so, once in the process.
 */
import type { PolicyModel } from "../check/model.ts";
import { CHUNK_SCHEMA, type Fits, mayStream, RESPONSE_SCHEMA } from "../lower/fits.ts";
import type { SchemaPlace, Validators } from "./validators.ts";

let make: ((places: readonly SchemaPlace[]) => Validators) | null = null;

/** To be awaited before policies are instantiated; loading again costs nothing. */
export async function loadValidators(): Promise<void> {
  make = (await import("./validators.ts")).makeValidators;
}

/**
 * @throws Error when `loadValidators` was not awaited and a schema has to be compiled, or when a schema
 *   cannot be compiled, with ajv's account of it
 */
export function validatorsFor(policies: readonly PolicyModel[]): { readonly fits: Fits; readonly text: string } {
  const places = placesIn(policies);
  if (places.length === 0) return { fits: () => null, text: "" };
  const made = makeOnce(places);
  if (made.kind === "failed") throw new Error(`the schema at ${made.place.pointer} cannot be compiled: ${made.why}`);
  return {
    text: made.text,
    fits: (root, pointer) => {
      const index = places.findIndex((place) => place.root === root && place.pointer === pointer);
      return made.functions[index] ?? null;
    },
  };
}

const lastMade = new WeakMap<object, { readonly places: readonly SchemaPlace[]; readonly made: Validators }>();

/** Documents are the same objects as long as their text is: after an edit of the policy alone nothing is made anew. */
function makeOnce(places: readonly SchemaPlace[]): Validators {
  if (make === null) throw new Error("await loadValidators() before the policies are made");
  const key = Object(places[0]?.root) as object;
  const last = lastMade.get(key);
  const isSame = (place: SchemaPlace, index: number) =>
    last?.places[index]?.root === place.root && last?.places[index]?.pointer === place.pointer;
  if (last?.places.length === places.length && places.every(isSame)) return last.made;
  const made = make(places);
  lastMade.set(key, { places, made });
  return made;
}

/** Each schema once that the policies' `accept` blocks look at, and that of the chunks of their streams. */
function placesIn(policies: readonly PolicyModel[]): readonly SchemaPlace[] {
  const places: SchemaPlace[] = [];
  const add = (root: unknown, pointer: string): void => {
    if (!places.some((place) => place.root === root && place.pointer === pointer)) places.push({ root, pointer });
  };
  for (const { contract, root, accept } of policies.flatMap((policy) => policy.contracts)) {
    if (mayStream(contract)) add(root, CHUNK_SCHEMA);
    for (const check of accept) {
      if (check.kind === "standard") add(root, RESPONSE_SCHEMA);
      else if (check.kind === "matches_schema") add(check.schema, "#");
    }
  }
  return places;
}
