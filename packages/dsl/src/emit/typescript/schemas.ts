/**
 * JSON Schemas -> types and their declarations. Only keywords that shape a type are read; what is left
 * out widens the type, never narrows it. What a reference leads to is declared under the name that the
 * contract gives it; an object that is written where it is used is named for that place, or stays there
 * if it is short.
 */
import { below, parsePointer, valueAt } from "../../contract/pointer.ts";
import { typeName } from "../../lower/names.ts";
import { resolveReference } from "../../types/reference.ts";
import {
  docOf,
  isObject,
  listIn,
  type Saying,
  type SchemaObject,
  says,
  tagsIn,
  textIn,
  withoutTags,
} from "./keywords.ts";
import { valueNode } from "./literals.ts";
import { itemName, placeName, TypeNames } from "./names.ts";
import { type Field, intersect, membersOf, NEVER, type Node, NULL, type ObjectNode, UNKNOWN, union } from "./node.ts";
import { type Declaration, isShort } from "./print.ts";

/** Where a schema stands. */
interface At {
  readonly pointer: string;
  /** What an object here is called; null where the place gives it no name. */
  readonly name: string | null;
  /** The schemas that speak of the same value as this one: what leads back to them says nothing new. */
  readonly open: readonly string[];
}

/** A type, and what is said of it that its own declaration does not say. */
interface Placed {
  readonly type: Node;
  readonly doc: string | null;
}

/** Schemas that are read for one contract. Beyond them all is `unknown`: a hostile contract must not cost more. */
const MOST_SCHEMAS = 20_000;

export class Schemas {
  readonly #root: unknown;
  readonly #names = new TypeNames();
  readonly #declared = new Map<string, Declaration>();
  /** Types of the schemas that references lead to, by pointer. */
  readonly #referred = new Map<string, Placed>();
  /** Names of the contract's own definitions, kept from places. */
  readonly #kept = new Map<string, string>();
  #left = MOST_SCHEMAS;

  /** No place takes a name of `reserved`. */
  constructor(root: unknown, reserved: readonly string[]) {
    this.#root = root;
    for (const name of reserved) this.#names.take(name);
    const definitions = valueAt(root, ["$defs"]);
    const names = isObject(definitions) ? Object.keys(definitions) : [];
    for (const name of names) this.#kept.set(below("/$defs", name), this.#names.take(name));
  }

  /** What the schemas read so far declare, by name. */
  get declarations(): ReadonlyMap<string, Declaration> {
    return this.#declared;
  }

  /** The schema at the pointer as the declaration `name`, one of the reserved ones. */
  declare(pointer: string, name: string, change: (type: Node) => Node): Declaration {
    const pointers = this.#chainFrom(pointer);
    const last = pointers.at(-1) ?? pointer;
    for (const one of pointers) this.#referred.set(one, { type: { kind: "named", name }, doc: null });
    const schema = this.#valueAt(last);
    const type = change(this.#shape(schema, { pointer: last, name, open: pointers }));
    return { name, doc: docOf(this.#valueAt(pointer)) ?? docOf(schema), type };
  }

  /** The pointer, and what it leads to where nothing but a reference stands there. */
  #chainFrom(pointer: string): readonly string[] {
    const pointers = [pointer];
    for (let at = pointer; ; ) {
      const schema = this.#valueAt(at);
      const next = isObject(schema) && says(schema).join() === "$ref" ? this.#targetOf(schema, at) : null;
      if (next === null || pointers.includes(next)) return pointers;
      pointers.push(next);
      at = next;
    }
  }

  #type(schema: unknown, at: At): Placed {
    return this.#placed({ type: this.#shape(schema, at), doc: docOf(schema) }, at);
  }

  /** An object that is too long for its place becomes a declaration, which then has what is said of it. */
  #placed({ type, doc }: Placed, { name }: At): Placed {
    const object = membersOf(type).find((member) => member.kind === "object" && member.fields.length > 0);
    if (name === null || object?.kind !== "object" || (isShort(object) && doc === null)) return { type, doc };
    const taken = this.#names.take(name);
    this.#declared.set(taken, { name: taken, doc: withoutTags(doc), type: object });
    const named: Node = { kind: "named", name: taken };
    return { type: union(membersOf(type).map((member) => (member === object ? named : member))), doc: tagsIn(doc) };
  }

  /** The type where it stands, without a declaration for an object that it is itself. */
  #shape(schema: unknown, at: At, isMerged = false): Node {
    if (schema === false) return NEVER;
    if (!isObject(schema) || this.#left-- <= 0) return UNKNOWN;
    const keywords = says(schema);
    const isAlone = keywords.length === 1 && !isMerged;
    return keywords.map((keyword) => this.#part(keyword, schema, at, isAlone)).reduce(intersect, UNKNOWN);
  }

  #part(keyword: Saying, schema: SchemaObject, at: At, isAlone: boolean): Node {
    switch (keyword) {
      case "$ref":
        return this.#reference(schema, at, isAlone);
      case "allOf":
        return this.#all(listIn(schema.allOf), at, isAlone);
      case "anyOf":
      case "oneOf":
        return this.#alternatives(listIn(schema[keyword]), keyword, at);
      case "values":
        return valuesNode(schema);
      case "kinds":
        return this.#kinds(schema, at);
    }
  }

  /** Parts that are merged are read where they lead to; a part that stands alone keeps its name. */
  #reference(schema: SchemaObject, at: At, isAlone: boolean): Node {
    const target = this.#targetOf(schema, at.pointer);
    if (target === null || at.open.includes(target)) return UNKNOWN;
    if (isAlone) return this.#refer(target, at.open).type;
    return this.#shape(this.#valueAt(target), { pointer: target, name: at.name, open: [...at.open, target] }, true);
  }

  #all(schemas: readonly unknown[], at: At, isAlone: boolean): Node {
    const shaping = schemas.flatMap((schema, index) => {
      const isShaping = !isObject(schema) || says(schema).length > 0;
      return isShaping ? [{ schema, pointer: below(at.pointer, "allOf", index) }] : [];
    });
    const isOne = isAlone && shaping.length === 1;
    const required = schemas.flatMap((schema) => (isObject(schema) ? textIn(schema.required) : []));
    const merged = shaping
      .map(({ schema, pointer }) => this.#shape(schema, { ...at, pointer, open: [...at.open, pointer] }, !isOne))
      .reduce(intersect, UNKNOWN);
    return requiring(merged, required);
  }

  #alternatives(schemas: readonly unknown[], keyword: "anyOf" | "oneOf", at: At): Node {
    const objects = schemas.filter((schema) => isObject(schema) && isObject(schema.properties));
    return union(
      schemas.map((schema, index) => {
        const pointer = below(at.pointer, keyword, index);
        const name = at.name === null || objects.length < 2 ? at.name : alternativeName(at.name, schema);
        return this.#type(schema, { pointer, name, open: [...at.open, pointer] }).type;
      }),
    );
  }

  #kinds(schema: SchemaObject, at: At): Node {
    return union(kindsOf(schema).map((kind) => this.#kind(kind, schema, at)));
  }

  #kind(kind: unknown, schema: SchemaObject, at: At): Node {
    switch (kind) {
      case "null":
      case "string":
      case "boolean":
      case "number":
        return { kind };
      case "integer":
        return { kind: "number" };
      case "array":
        return this.#array(schema, at);
      case "object":
        return this.#object(schema, at);
      default:
        return UNKNOWN;
    }
  }

  #array(schema: SchemaObject, at: At): Node {
    const name = at.name === null ? null : itemName(at.name);
    const inside = (value: unknown, pointer: string) => this.#type(value, { pointer, name, open: [pointer] }).type;
    const { items, prefixItems } = schema;
    const rest = items === false ? null : inside(items, below(at.pointer, "items"));
    if (!Array.isArray(prefixItems))
      return rest === null ? { kind: "tuple", items: [], rest } : { kind: "array", item: rest };
    const least = typeof schema.minItems === "number" ? schema.minItems : 0;
    const first = prefixItems.map((value, index) => ({
      type: inside(value, below(at.pointer, "prefixItems", index)),
      optional: index >= least,
    }));
    return { kind: "tuple", items: first, rest };
  }

  #object(schema: SchemaObject, at: At): Node {
    const { properties, additionalProperties, patternProperties } = schema;
    const required = textIn(schema.required);
    const named = isObject(properties) ? Object.entries(properties) : [];
    const fields = named.map(([name, value]): Field => {
      const pointer = below(at.pointer, "properties", name);
      const inner = at.name === null ? null : `${at.name}${typeName(name)}`;
      return {
        name,
        optional: true,
        ...this.#type(value, { pointer, name: inner, open: [pointer] }),
        ...this.#docBehind(value, pointer),
      };
    });
    const place = below(at.pointer, "additionalProperties");
    const rest =
      additionalProperties === false && !isObject(patternProperties)
        ? NEVER
        : isObject(additionalProperties) && says(additionalProperties).length > 0
          ? this.#type(additionalProperties, { pointer: place, name: at.name && itemName(at.name), open: [place] }).type
          : null;
    return requiring({ kind: "object", fields, rest: isObject(patternProperties) ? UNKNOWN : rest }, required);
  }

  /** What is said of a definition that has no declaration of its own stands where it is used. */
  #docBehind(schema: unknown, pointer: string): { readonly doc?: string | null } {
    if (!isObject(schema) || docOf(schema) !== null || says(schema).join() !== "$ref") return {};
    const target = this.#targetOf(schema, pointer);
    const doc = target === null ? null : (this.#referred.get(target)?.doc ?? null);
    return doc === null ? {} : { doc };
  }

  #refer(pointer: string, open: readonly string[]): Placed {
    const known = this.#referred.get(pointer);
    if (known !== undefined) return known;
    const schema = this.#valueAt(pointer);
    const name =
      this.#kept.get(pointer) ?? this.#names.take(placeName(pointer, isObject(schema) ? schema.title : null));
    const named: Placed = { type: { kind: "named", name }, doc: null };
    this.#referred.set(pointer, named);
    const type = this.#shape(schema, { pointer, name, open: [...open, pointer] });
    const doc = docOf(schema);
    const placed = isPlain(type) ? { type, doc } : { type: nullableAs(type, named.type), doc: null };
    this.#referred.set(pointer, placed);
    if (placed.doc === null && !isPlain(type)) this.#declared.set(name, { name, doc, type: withoutNull(type) });
    return placed;
  }

  #targetOf(schema: SchemaObject, pointer: string): string | null {
    if (typeof schema.$ref !== "string") return null;
    const target = resolveReference(this.#root, pointer, schema.$ref);
    return target.kind === "found" ? target.pointer : null;
  }

  #valueAt(pointer: string): unknown {
    return valueAt(this.#root, parsePointer(pointer) ?? []);
  }
}

/** The declaration leaves null to the places that name it: there it can be seen. */
function nullableAs(type: Node, named: Node): Node {
  return withoutNull(type) === type ? named : union([named, NULL]);
}

function withoutNull(type: Node): Node {
  const left = membersOf(type).filter((member) => member.kind !== "null");
  return left.length === membersOf(type).length ? type : union(left);
}

/** What is as short as its name would be needs none: `string`, `object`, `Usage | null`. */
function isPlain(type: Node): boolean {
  const members = membersOf(type);
  return type.kind === "literal" || (members.length <= 2 && members.every(isWord));
}

function isWord(node: Node): boolean {
  if (node.kind === "object") return node.fields.length === 0 && node.rest === null;
  return node.kind !== "literal" && node.kind !== "array" && node.kind !== "tuple" && node.kind !== "intersection";
}

/** `RequestMessageText` for the alternative whose `type` is `"text"`. */
function alternativeName(name: string, schema: unknown): string | null {
  if (!isObject(schema)) return null;
  const properties = isObject(schema.properties) ? Object.values(schema.properties) : [];
  const tag = properties.map(onlyText).find((text) => text !== null);
  const word = tag ?? schema.title;
  return typeof word === "string" ? `${name}${typeName(word)}` : null;
}

/** The one text that the schema lets through. */
function onlyText(schema: unknown): string | null {
  const node = isObject(schema) && says(schema).includes("values") ? valuesNode(schema) : UNKNOWN;
  return node.kind === "literal" && node.of === "string" ? (JSON.parse(node.value) as string) : null;
}

function valuesNode(schema: SchemaObject): Node {
  const listed = Array.isArray(schema.enum) ? union(schema.enum.map(valueNode)) : UNKNOWN;
  return Object.hasOwn(schema, "const") ? intersect(listed, valueNode(schema.const)) : listed;
}

/** Keywords of lists and objects are mostly written where nothing else is meant. */
function kindsOf(schema: SchemaObject): readonly unknown[] {
  if (Array.isArray(schema.type)) return schema.type;
  if (schema.type !== undefined) return [schema.type];
  return isObject(schema.properties) || isObject(schema.patternProperties) || isObject(schema.additionalProperties)
    ? ["object"]
    : ["array"];
}

/** Fields that must be there, also where nothing else is said of them. */
function requiring(type: Node, required: readonly string[]): Node {
  if (required.length === 0) return type;
  return union(membersOf(type).map((member) => (member.kind === "object" ? withRequired(member, required) : member)));
}

function withRequired(object: ObjectNode, required: readonly string[]): ObjectNode {
  const known = object.fields.map((field) => ({
    ...field,
    optional: field.optional && !required.includes(field.name),
  }));
  const others = required.filter((name) => !object.fields.some((field) => field.name === name));
  const added = others.map((name): Field => ({ name, type: UNKNOWN, optional: false, doc: null }));
  return { ...object, fields: [...known, ...added] };
}
