/**
 * The names in a document of JSON Schemas: which schemas have an `$id`, and which anchors stand in each.
 * Only places where a schema can stand are looked at: an `$id` inside of `const` is data.
 */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { SCHEMA_KEYWORDS } from "../contract/schema-keywords.ts";
import { MOST_SCHEMAS, placesOfSchemas } from "../contract/schema-places.ts";
import { resolveUri, splitFragment } from "./uri.ts";

/** A schema with an `$id`, or the document itself: what relative references and anchors count from. */
export interface Resource {
  readonly uri: string;
  /** Where it stands in its document. */
  readonly pointer: string;
  readonly isOtherDialect: boolean;
  readonly anchors: Map<string, Anchor>;
}

export interface Anchor {
  readonly pointer: string;
  readonly isDynamic: boolean;
  /** Two schemas have this name: then it means neither. */
  readonly isTwice: boolean;
}

/** A name that was given before, in the same document. */
export interface Repeated {
  readonly keyword: "$id" | "$anchor" | "$dynamicAnchor";
  readonly name: string;
  /** Of the second schema. */
  readonly pointer: string;
}

interface Waiting {
  readonly schema: unknown;
  readonly pointer: string;
  readonly resource: Resource;
}

const DIALECT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/u;

export function isOtherDialect(dialect: unknown): boolean {
  return typeof dialect === "string" && !DIALECT.test(dialect);
}

export class Resources {
  readonly root: unknown;
  readonly uri: string;
  readonly repeated: Repeated[] = [];
  /** Each `$ref` with the schema that it stands in. */
  readonly references: { readonly pointer: string; readonly reference: string }[] = [];
  readonly #seen = new WeakSet<object>();
  #count = 0;
  readonly #byPointer = new Map<string, Resource>();
  /** null: two schemas have this name. */
  readonly #byUri = new Map<string, Resource | null>();

  /** @param uri where the document was found; "" for one that is known by no address */
  constructor(root: unknown, uri: string) {
    this.root = root;
    this.uri = uri;
    const places = placesOfSchemas(root);
    const dialect = places.includes("") ? valueAt(root, ["$schema"]) : undefined;
    const top: Resource = { uri, pointer: "", isOtherDialect: isOtherDialect(dialect), anchors: new Map() };
    this.#byPointer.set("", top);
    this.#byUri.set(uri, top);
    for (const place of places)
      this.#walk({ schema: valueAt(root, parsePointer(place) ?? []), pointer: place, resource: top });
  }

  /** The resource that the schema at the place belongs to. */
  around(pointer: string): Resource {
    for (let place = pointer; ; place = place.slice(0, place.lastIndexOf("/"))) {
      const resource = this.#byPointer.get(place);
      if (resource !== undefined) return resource;
    }
  }

  /** By its URI, absolute or as far as it is known; null where two have it. */
  named(uri: string): Resource | null | undefined {
    return this.#byUri.get(uri);
  }

  /** Notes the names in a schema that stands where none was expected: a reference leads there. */
  enter(pointer: string): void {
    this.#walk({ schema: valueAt(this.root, parsePointer(pointer) ?? []), pointer, resource: this.around(pointer) });
  }

  /** Where schemas with this `$dynamicAnchor` stand. */
  dynamicAnchors(name: string): readonly string[] {
    return [...this.#byPointer.values()].flatMap(({ anchors }) => {
      const anchor = anchors.get(name);
      return anchor?.isDynamic === true ? [anchor.pointer] : [];
    });
  }

  #walk(first: Waiting): void {
    // In reading order, level by level: whoever holds a schema comes before it.
    const waiting = [first];
    for (const next of waiting) {
      const { schema, pointer } = next;
      if (typeof schema !== "object" || schema === null || Array.isArray(schema) || this.#seen.has(schema)) continue;
      if (this.#count++ > MOST_SCHEMAS) return;
      this.#seen.add(schema);
      const resource = this.#names(schema, pointer, next.resource);
      for (const [name, value] of Object.entries(schema)) {
        const kind = SCHEMA_KEYWORDS.get(name)?.schemas;
        if (kind === undefined || typeof value !== "object" || value === null) continue;
        const place = below(pointer, name);
        if (kind === "one") waiting.push({ schema: value, pointer: place, resource });
        else
          for (const [key, inner] of Object.entries(value))
            waiting.push({ schema: inner, pointer: below(place, key), resource });
      }
    }
  }

  /** What the schema itself is called; gives the resource that it belongs to. */
  #names(schema: object, pointer: string, around: Resource): Resource {
    const { $id, $schema, $anchor, $dynamicAnchor, $ref } = ownTexts(schema);
    const resource = $id === undefined ? around : this.#resource($id, pointer, around, $schema);
    if ($anchor !== undefined) this.#anchor("$anchor", $anchor, pointer, resource);
    if ($dynamicAnchor !== undefined) this.#anchor("$dynamicAnchor", $dynamicAnchor, pointer, resource);
    if ($ref !== undefined) this.references.push({ pointer, reference: $ref });
    return resource;
  }

  #resource($id: string, pointer: string, around: Resource, $schema: string | undefined): Resource {
    const { uri: reference, fragment } = splitFragment($id);
    if (fragment !== null && fragment !== "") return around;
    const uri = resolveUri(around.uri, reference);
    const isOther = $schema === undefined ? around.isOtherDialect : isOtherDialect($schema);
    const resource: Resource = { uri, pointer, isOtherDialect: isOther, anchors: new Map() };
    const known = this.#byUri.get(uri);
    const isFree = known === undefined || (known?.pointer === pointer && pointer === "");
    if (!isFree) this.repeated.push({ keyword: "$id", name: $id, pointer });
    this.#byUri.set(uri, isFree ? resource : null);
    if (pointer === "") this.#byUri.set(this.uri, resource);
    this.#byPointer.set(pointer, resource);
    return resource;
  }

  #anchor(keyword: "$anchor" | "$dynamicAnchor", name: string, pointer: string, { anchors }: Resource): void {
    const known = anchors.get(name);
    const isTwice = known !== undefined && known.pointer !== pointer;
    if (isTwice) this.repeated.push({ keyword, name, pointer });
    const isDynamic = keyword === "$dynamicAnchor" || known?.isDynamic === true;
    anchors.set(name, { pointer, isDynamic, isTwice: isTwice || known?.isTwice === true });
  }
}

const NAMING = ["$id", "$schema", "$anchor", "$dynamicAnchor", "$ref"] as const;

function ownTexts(schema: object): { readonly [keyword in (typeof NAMING)[number]]?: string } {
  const texts: { [keyword in (typeof NAMING)[number]]?: string } = {};
  for (const keyword of NAMING) {
    const value: unknown = Object.hasOwn(schema, keyword)
      ? (schema as Readonly<Record<string, unknown>>)[keyword]
      : undefined;
    if (typeof value === "string") texts[keyword] = value;
  }
  return texts;
}
