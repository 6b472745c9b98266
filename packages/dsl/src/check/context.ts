import type { Report } from "../diagnostics/index.ts";
import { textOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { whatItTakes } from "./context-values.ts";
import { reportTwice } from "./declarations.ts";
import type { ContextFieldModel } from "./model.ts";

/**
 * The fields of all `context` blocks together. Two blocks may declare the same field in the same way,
 * so that files which share a field need no third one.
 */
export function mergeContexts(blocks: readonly tree.ContextBlock[], report: Report): readonly ContextFieldModel[] {
  const first = new Map<string, { readonly field: tree.ContextField; readonly block: tree.ContextBlock }>();
  const models: ContextFieldModel[] = [];
  for (const block of blocks) {
    for (const field of block.fields) {
      const name = field.name.text;
      if (name === "") continue;
      const known = first.get(name);
      if (known === undefined) {
        first.set(name, { field, block });
        const model = modelOf(field, report);
        if (model !== null) models.push(model);
      } else if (known.block === block || !alike(known.field, field)) {
        reportTwice(report, "context field", name, field.name.span, known.field.name.span);
      }
    }
  }
  return models;
}

function modelOf(field: tree.ContextField, report: Report): ContextFieldModel | null {
  const { type } = field;
  if (type === null) return null;
  const name = field.name.text;
  const values = type.kind === "enum" ? valuesOf(name, type.values, report) : null;
  const given = field.value === null ? undefined : fitting(name, type, field.value, report);
  return {
    name,
    doc: field.doc,
    type: type.kind,
    ...(values === null ? {} : { values }),
    ...(given === undefined ? {} : { default: given }),
  };
}

function valuesOf(name: string, texts: readonly tree.Text[], report: Report): readonly string[] {
  const values: string[] = [];
  for (const { value, span } of texts) {
    if (values.includes(value))
      report.add("FBP2018", span, { what: `the context field \`${name}\``, value: textOf(span) });
    else values.push(value);
  }
  return values;
}

/** The default's value; undefined after it was reported that it does not fit the type. */
function fitting(
  field: string,
  type: tree.ContextType,
  value: tree.Literal,
  report: Report,
): boolean | number | string | undefined {
  if (type.kind === "bool" && value.kind === "bool") return value.value;
  if (type.kind === "number" && value.kind === "quantity" && value.unit.kind === "none") return value.value;
  if (type.kind === "string" && value.kind === "string") return value.value;
  if (type.kind === "enum" && value.kind === "string" && type.values.some((text) => text.value === value.value)) {
    return value.value;
  }
  report.add("FBP2017", value.span, {
    field,
    takes: whatItTakes({ type: type.kind, values: textsOf(type) }),
    given: `\`${textOf(value.span)}\``,
  });
  return undefined;
}

function textsOf(type: tree.ContextType): readonly string[] {
  return type.kind === "enum" ? type.values.map(({ value }) => value) : [];
}

function alike(a: tree.ContextField, b: tree.ContextField): boolean {
  return typeText(a.type) === typeText(b.type) && literal(a.value) === literal(b.value);
}

function typeText(type: tree.ContextType | null): string {
  if (type === null) return "";
  return type.kind === "enum" ? JSON.stringify(type.values.map(({ value }) => value)) : type.kind;
}

function literal(value: tree.Literal | null): string {
  return value === null || value.kind === "null" ? String(value?.kind) : JSON.stringify(value.value);
}
