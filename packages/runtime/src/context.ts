/** The `context` of a policy: facts about a request that only the service knows. */
import type { ContextFieldPlan, Policy } from "./core/policy.ts";
import { UsageError } from "./usage-error.ts";

/** Checks what a service gives and fills in the defaults. */
export type ContextReader = (given: unknown) => Readonly<Record<string, unknown>>;

/** The returned reader throws `UsageError` for a field that is missing, unknown or of another type. */
export function contextReader(policy: Pick<Policy, "context">): ContextReader {
  const fields = Object.entries(policy.context);
  const defaults = Object.freeze(Object.fromEntries(fields.map(([name, field]) => [name, field.default])));
  const complete = fields.every(([, field]) => field.default !== undefined);
  return (given) => {
    if (given === undefined) {
      if (complete) return defaults;
      given = NOTHING;
    }
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw new UsageError("the context must be an object");
    }
    return read(policy.context, fields, given as Readonly<Record<string, unknown>>);
  };
}

const NOTHING = Object.freeze({});

function read(
  plan: Policy["context"],
  fields: readonly (readonly [string, ContextFieldPlan])[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(plan, name)) continue;
    const known = fields.length === 0 ? "none" : fields.map(([field]) => field).join(", ");
    throw new UsageError(`the policy's context has no field ${JSON.stringify(name)}: it has ${known}`);
  }
  const context: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? field.default;
    if (value === undefined) {
      throw new UsageError(`the policy's context needs ${expected(field)} as ${name}, which has no default`);
    }
    if (!fits(field, value)) throw new UsageError(`the policy's context needs ${expected(field)} as ${name}`);
    context[name] = value;
  }
  return context;
}

function fits(field: ContextFieldPlan, value: unknown): boolean {
  switch (field.type) {
    case "bool":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "string":
      return typeof value === "string";
    case "enum":
      return typeof value === "string" && (field.values?.includes(value) ?? false);
  }
}

function expected(field: ContextFieldPlan): string {
  if (field.type === "enum") return `one of ${(field.values ?? []).map((value) => JSON.stringify(value)).join(", ")}`;
  return { bool: "true or false", number: "a number", string: "a text" }[field.type];
}
