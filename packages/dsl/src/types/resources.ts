/**
 * The names in a document of JSON Schemas: which schemas have an `$id`, and which anchors stand in each.
 * Only places where a schema can stand are looked at: an `$id` inside of `const` is data.
 */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { SCHEMA_KEYWORDS } from "../contract/schema-keywords.ts";
import { isContract, MOST_SCHEMAS, placesOfSchemas } from "../contract/schema-places.ts";
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
  /** Of the schema that had it before. */
  readonly first: string;
}

interface Referring {
  readonly pointer: string;
  readonly reference: string;
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
  /** Where a reference led, in the order of coming there. */
  readonly #entered = new Set<string>();
  readonly #top: Resource;
  /** Made when a name is first asked for: most documents have none. */
  #names: Names | null = null;

  /** @param uri where the document was found; "" for one that is known by no address */
  constructor(root: unknown, uri: string) {
    this.root = root;
    this.uri = uri;
    const dialect = isContract(root) ? undefined : valueAt(root, ["$schema"]);
    this.#top = { uri, pointer: "", isOtherDialect: isOtherDialect(dialect), anchors: new Map() };
  }

  /** The resource that the schema at the place belongs to. */
  around(pointer: string): Resource {
    if (this.#names === null && !this.#isBelowId(pointer)) return this.#top;
    const { byPointer } = this.#named();
    for (let place = pointer; ; place = place.slice(0, place.lastIndexOf("/"))) {
      const resource = byPointer.get(place);
      if (resource !== undefined) return resource;
    }
  }

  /** By its URI, absolute or as far as it is known; null where two have it. */
  called(uri: string): Resource | null | undefined {
    return this.#named().byUri.get(uri);
  }

  /** By a name in a resource. */
  anchor(resource: Resource, name: string): Anchor | undefined {
    this.#named();
    return this.around(resource.pointer).anchors.get(name);
  }

  /** Notes that a reference leads here: a schema stands there, even where none was expected. */
  enter(pointer: string): void {
    if (this.#entered.has(pointer)) return;
    this.#entered.add(pointer);
    if (this.#names !== null) walk(this.root, pointer, this.around(pointer), this.#names);
  }

  /** Where schemas with this `$dynamicAnchor` stand. */
  dynamicAnchors(name: string): readonly string[] {
    return [...this.#named().byPointer.values()].flatMap(({ anchors }) => {
      const anchor = anchors.get(name);
      return anchor?.isDynamic === true ? [anchor.pointer] : [];
    });
  }

  /** Was every schema looked at? Of a document with too many of them some names are not known. */
  isComplete(): boolean {
    return this.#named().count <= MOST_SCHEMAS;
  }

  /** Names that were given to two schemas. */
  repeated(): readonly Repeated[] {
    return this.#named().repeated;
  }

  /** Each `$ref` with the schema that it stands in; the list grows as they are followed. */
  references(): readonly Referring[] {
    return this.#named().references;
  }

  /** Could the place belong to another resource than the document? */
  #isBelowId(pointer: string): boolean {
    let schema = this.root;
    for (const segment of parsePointer(pointer) ?? []) {
      if (hasId(schema)) return true;
      schema = valueAt(schema, [segment]);
    }
    return hasId(schema);
  }

  #named(): Names {
    if (this.#names !== null) return this.#names;
    this.#names = {
      byPointer: new Map([["", this.#top]]),
      byUri: new Map([[this.uri, this.#top]]),
      repeated: [],
      references: [],
      seen: new WeakSet(),
      count: 0,
    };
    for (const place of [...placesOfSchemas(this.root), ...this.#entered]) {
      walk(this.root, place, this.around(place), this.#names);
    }
    return this.#names;
  }
}

/** All names of one document. */
interface Names {
  readonly byPointer: Map<string, Resource>;
  /** null: two schemas have this name. */
  readonly byUri: Map<string, Resource | null>;
  readonly repeated: Repeated[];
  readonly references: Referring[];
  readonly seen: WeakSet<object>;
  count: number;
}

function walk(root: unknown, place: string, around: Resource, names: Names): void {
  // In reading order, level by level: whoever holds a schema comes before it.
  const waiting: Waiting[] = [{ schema: valueAt(root, parsePointer(place) ?? []), pointer: place, resource: around }];
  for (const next of waiting) {
    const { schema, pointer } = next;
    if (typeof schema !== "object" || schema === null || Array.isArray(schema) || names.seen.has(schema)) continue;
    if (names.count++ > MOST_SCHEMAS) return;
    names.seen.add(schema);
    const resource = note(schema, pointer, next.resource, names);
    for (const [name, value] of Object.entries(schema)) {
      const kind = SCHEMA_KEYWORDS.get(name)?.schemas;
      if (kind === undefined || typeof value !== "object" || value === null) continue;
      const inside = below(pointer, name);
      if (kind === "one") waiting.push({ schema: value, pointer: inside, resource });
      else {
        for (const [key, inner] of Object.entries(value))
          waiting.push({ schema: inner, pointer: below(inside, key), resource });
      }
    }
  }
}

/** Notes what the schema itself is called; gives the resource that it belongs to. */
function note(schema: object, pointer: string, around: Resource, names: Names): Resource {
  const { $id, $schema, $anchor, $dynamicAnchor, $ref } = ownTexts(schema);
  const resource = $id === undefined ? around : noteResource($id, pointer, around, $schema, names);
  if ($anchor !== undefined) noteAnchor("$anchor", $anchor, pointer, resource, names);
  if ($dynamicAnchor !== undefined) noteAnchor("$dynamicAnchor", $dynamicAnchor, pointer, resource, names);
  if ($ref !== undefined) names.references.push({ pointer, reference: $ref });
  return resource;
}

function noteResource(
  $id: string,
  pointer: string,
  around: Resource,
  $schema: string | undefined,
  { byPointer, byUri, repeated }: Names,
): Resource {
  const { uri: reference, fragment } = splitFragment($id);
  if (fragment !== null && fragment !== "") return around;
  const uri = resolveUri(around.uri, reference);
  const isOther = $schema === undefined ? around.isOtherDialect : isOtherDialect($schema);
  const resource: Resource = { uri, pointer, isOtherDialect: isOther, anchors: new Map() };
  const known = byUri.get(uri);
  const isFree = known === undefined || (known?.pointer === pointer && pointer === "");
  if (!isFree) repeated.push({ keyword: "$id", name: $id, pointer, first: known?.pointer ?? pointer });
  byUri.set(uri, isFree ? resource : null);
  // The document itself keeps the address where it was found, too.
  if (pointer === "") byUri.set(around.uri, resource);
  byPointer.set(pointer, resource);
  return resource;
}

function noteAnchor(
  keyword: "$anchor" | "$dynamicAnchor",
  name: string,
  pointer: string,
  { anchors }: Resource,
  { repeated }: Names,
): void {
  const known = anchors.get(name);
  const isTwice = known !== undefined && known.pointer !== pointer;
  if (isTwice) repeated.push({ keyword, name, pointer, first: known.pointer });
  const isDynamic = keyword === "$dynamicAnchor" || known?.isDynamic === true;
  anchors.set(name, { pointer, isDynamic, isTwice: isTwice || known?.isTwice === true });
}

function hasId(schema: unknown): boolean {
  return typeof valueAt(schema, ["$id"]) === "string";
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
