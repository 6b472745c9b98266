/** Of several forms that a value does not fit, the one that was probably meant. */
import type { Slip } from "./slip.ts";

/**
 * The slips that tell best why a value fits none of several forms, given each form's own slips. A form of
 * another kind is out first, then one whose telling field (`type: "image_url"`) says another word.
 * What all that are left say of one place becomes one slip; else the form with the fewest slips counts,
 * of equals the one that goes deepest.
 *
 * @param depth of the value itself
 * @param schema JSON Pointer of the keyword that lists the forms
 */
export function closest(forms: readonly (readonly Slip[])[], depth: number, schema: string): readonly Slip[] {
  const ofKind = unlessNone(forms, (slips) => !slips.some((slip) => isValueSlip(slip) && slip.at.length === depth));
  const ofWord = unlessNone(ofKind, (slips) => !slips.some((slip) => isTellingField(slip, depth)));
  const [only] = ofWord;
  if (ofWord.length === 1 && only !== undefined) return only;
  const shared = sharedPlace(ofWord);
  if (shared !== null) return [joined(ofWord, shared, schema)];
  return [...ofWord].sort((a, b) => a.length - b.length || deepest(b) - deepest(a))[0] ?? [];
}

/** Those that pass; all where none does. */
function unlessNone<Form>(forms: readonly Form[], passes: (form: Form) => boolean): readonly Form[] {
  const passing = forms.filter(passes);
  return passing.length > 0 ? passing : forms;
}

function isValueSlip(slip: Slip): boolean {
  return slip.kind === "kind" || slip.kind === "value";
}

/** A field of the value that may hold one word alone says which form it is. */
function isTellingField(slip: Slip, depth: number): boolean {
  return slip.kind === "value" && slip.wants.length === 1 && slip.at.length === depth + 1;
}

/** A place at which each form says that something else should stand; the first, or null. */
function sharedPlace(forms: readonly (readonly Slip[])[]): string | null {
  const [first = [], ...rest] = forms.map((slips) => slips.filter(isValueSlip).map(keyOf));
  return first.find((key) => rest.every((keys) => keys.includes(key))) ?? null;
}

function joined(forms: readonly (readonly Slip[])[], place: string, schema: string): Slip {
  const slips = forms.flatMap((all) => all.filter((slip) => isValueSlip(slip) && keyOf(slip) === place));
  const [first] = slips;
  if (first === undefined) throw new RangeError("there is no slip at a shared place");
  const schemas = new Set(slips.map((slip) => slip.schema));
  // A value is told where one form lists values: "eos" says more than text.
  const told = slips.find((slip) => slip.kind === "value") ?? first;
  return {
    ...told,
    schema: schemas.size === 1 ? first.schema : schema,
    wants: [...new Set(slips.flatMap(({ wants }) => wants))],
  };
}

function keyOf(slip: Slip): string {
  return JSON.stringify(slip.at);
}

function deepest(slips: readonly Slip[]): number {
  return Math.max(0, ...slips.map((slip) => slip.at.length));
}
