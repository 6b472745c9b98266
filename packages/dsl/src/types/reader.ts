/** Reads the schemas of one document as types; see `from-schema.ts`. */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { bothCases, type Case, caseOf, fewCases, togetherCases, typeOfCases } from "./cases.ts";
import { areApart, intersect, membersOf, union } from "./combine.ts";
import { costOf } from "./cost.ts";
import { EVERYTHING_EVALUATED, evaluatedBy, otherFields, otherItems } from "./evaluated.ts";
import { DEEPEST } from "./limits.ts";
import { ANYTHING, EVERY_KIND, lazy, NEVER, OBJECT, ready, unknown } from "./make.ts";
import { having, lacking } from "./object.ts";
import { entriesOf, isOpen, isRecord, itemsOf, own, type SchemaObject, textsOf } from "./own.ts";
import { isPlain, ownType, unnarrowed } from "./own-type.ts";
import type { Library, Lost } from "./reference.ts";
import { type Reading, refusedBy } from "./refused.ts";
import { isOtherDialect, type Resources } from "./resources.ts";
import type { Lazy, Type } from "./type.ts";

/** More branches of one `allOf` are not read: fewer only widen. */
const MOST_CONJUNCTS = 256;
/** Branches of a `oneOf` that are told apart by what the others refuse. */
const MOST_EXCLUSIVE = 8;
/** What narrows a type may take it apart into so many members. */
const MOST_PIECES = 16;
/** Fields that may be looked at while schemas are combined, for one document; then what narrows is passed over. */
const MOST_WORK = 200_000;

const readers = new WeakMap<Resources, Reader>();

export class Reader implements Reading {
  readonly #resources: Resources;
  readonly #library: Library;
  readonly #cases = new Map<string, readonly Case[]>();
  readonly #types = new Map<string, Type>();
  readonly #refused = new Map<string, Type>();
  /** The schemas that are being read, each inside of the one before it. */
  readonly #open = new Set<string>();
  #work = 0;

  static of(resources: Resources, library: Library): Reader {
    let reader = readers.get(resources);
    if (reader === undefined) {
      reader = new Reader(resources, library);
      readers.set(resources, reader);
    }
    return reader;
  }

  private constructor(resources: Resources, library: Library) {
    this.#resources = resources;
    this.#library = library;
  }

  /** The type of a schema that is come to from outside. */
  enter(pointer: string, schema: unknown): Type {
    this.#resources.enter(pointer);
    return this.#resources.around(pointer).isOtherDialect ? OTHER_DIALECT : this.typeAt(pointer, schema);
  }

  /** `schema` is what stands at the pointer. */
  typeAt(pointer: string, schema: unknown): Type {
    const known = this.#types.get(pointer);
    if (known !== undefined) return known;
    let type = typeOfCases(this.casesAt(pointer, schema));
    if (type === ANYTHING && isRecord(schema)) type = unnarrowed(schema);
    // What was cut short by a circle is read again when it is come to by another way.
    if (this.#cases.has(pointer)) this.#types.set(pointer, type);
    return type;
  }

  casesAt(pointer: string, schema: unknown): readonly Case[] {
    return this.#once(
      this.#cases,
      pointer,
      pointer,
      (why) => [openCase(why)],
      () => this.#read(schema, pointer),
    );
  }

  refusedAt(pointer: string, schema: unknown): Type {
    return this.#once(this.#refused, pointer, `not ${pointer}`, unknown, () =>
      isRecord(schema) && !isOpen(schema) ? refusedBy(schema, pointer, this) : schema === false ? ANYTHING : NEVER,
    );
  }

  refusedByTarget(keyword: ReferenceKeyword, reference: string, pointer: string): Type {
    const target = this.#target(keyword, reference, pointer);
    return "why" in target ? ANYTHING : target.reader.refusedAt(target.pointer, target.schema);
  }

  readonly #lazyAt = (pointer: string, schema: unknown): Lazy<Type> =>
    isPlain(schema) ? ready(this.typeAt(pointer, schema)) : lazy(() => this.typeAt(pointer, schema));

  /** Each schema is read once; `instead` gives what stands for one that asks for itself, or lies too deep. */
  #once<T>(known: Map<string, T>, pointer: string, name: string, instead: (why: string) => T, read: () => T): T {
    const before = known.get(pointer);
    if (before !== undefined) return before;
    if (this.#open.has(name)) return instead("its schema refers to itself");
    if (this.#open.size >= DEEPEST) return instead("its schema is nested too deeply");
    this.#open.add(name);
    try {
      const made = read();
      known.set(pointer, made);
      return made;
    } finally {
      this.#open.delete(name);
    }
  }

  #read(schema: unknown, pointer: string): readonly Case[] {
    if (schema === false) return [];
    if (schema === true) return [caseOf(unknown("the schema lets everything through"))];
    if (!isRecord(schema)) return [openCase("its schema is not there")];
    if (isOtherDialect(own(schema, "$schema"))) return [openCase(OTHER_DIALECT.why)];
    let cases: readonly Case[] = [
      caseOf(ownType(schema, pointer, this.#lazyAt), evaluatedBy(schema, pointer, this.#lazyAt)),
    ];
    for (const also of this.#branches(schema, pointer)) cases = bothCases(cases, also, this.#meet);
    cases = this.#narrowed(cases, this.#demands(schema, pointer));
    return this.#unevaluated(cases, schema, pointer);
  }

  /** What the schemas in this one say of the same value; each list of cases is one more condition. */
  *#branches(schema: SchemaObject, pointer: string): Generator<readonly Case[]> {
    for (const keyword of ["$ref", "$dynamicRef"] as const) {
      const reference = own(schema, keyword);
      if (typeof reference === "string") yield this.#referred(keyword, reference, pointer);
    }
    const all = this.#each(schema, "allOf", pointer);
    yield* all.slice(0, MOST_CONJUNCTS);
    // Those that are passed over may have looked at any field.
    if (all.length > MOST_CONJUNCTS) yield [openCase("its schema has too many conditions")];
    const some = this.#each(schema, "anyOf", pointer);
    if (some.length > 0) yield togetherCases(some.flat());
    const one = this.#each(schema, "oneOf", pointer);
    if (one.length > 0) yield fewCases(this.#exclusive(one, schema, pointer).flat());
    if (Object.hasOwn(schema, "if")) yield this.#conditional(schema, pointer);
    for (const [name, inner] of entriesOf(schema, "dependentSchemas")) {
      const place = below(pointer, "dependentSchemas", name);
      const dependent = bothCases([caseOf(having(name, place))], this.casesAt(place, inner), this.#meet);
      yield fewCases([caseOf(union([...NO_OBJECTS, lacking(name, place)])), ...dependent]);
    }
  }

  #each(schema: SchemaObject, keyword: "allOf" | "anyOf" | "oneOf", pointer: string): (readonly Case[])[] {
    return itemsOf(schema, keyword).map((inner, index) => this.casesAt(below(pointer, keyword, index), inner));
  }

  #referred(keyword: ReferenceKeyword, reference: string, pointer: string): readonly Case[] {
    const target = this.#target(keyword, reference, pointer);
    return "why" in target ? [openCase(target.why)] : target.reader.casesAt(target.pointer, target.schema);
  }

  #target(keyword: ReferenceKeyword, reference: string, pointer: string): Target | { readonly why: string } {
    const from = { resources: this.#resources, pointer };
    const found =
      keyword === "$ref" ? this.#library.resolve(from, reference) : this.#library.resolveDynamic(from, reference);
    if (found.kind !== "found") return { why: LOST[found.kind](reference) };
    const { resources, pointer: to } = found.place;
    if (resources.around(to).isOtherDialect) return OTHER_DIALECT;
    const reader = Reader.of(resources, this.#library);
    return { reader, pointer: to, schema: valueAt(resources.root, parsePointer(to) ?? []) };
  }

  /** A value that fits one branch of a `oneOf` is one that every other branch refuses. */
  #exclusive(
    branches: readonly (readonly Case[])[],
    schema: SchemaObject,
    pointer: string,
  ): readonly (readonly Case[])[] {
    if (branches.length > MOST_EXCLUSIVE) return branches;
    const types = branches.map(typeOfCases);
    const inner = itemsOf(schema, "oneOf");
    return branches.map((cases, at) => {
      // What is apart anyway needs no telling.
      const others = types.flatMap((type, index) =>
        index === at || areApart(types[at] ?? ANYTHING, type) ? [] : [index],
      );
      const refused = others.map((index) => this.refusedAt(below(pointer, "oneOf", index), inner[index]));
      return this.#narrowed(cases, refused);
    });
  }

  /** A value either fits `if`, and then `then`, or `if` refuses it, and it fits `else`. */
  #conditional(schema: SchemaObject, pointer: string): readonly Case[] {
    const part = (keyword: string) =>
      Object.hasOwn(schema, keyword) ? this.casesAt(below(pointer, keyword), own(schema, keyword)) : [caseOf(ANYTHING)];
    const test = part("if");
    const yes = bothCases(test, part("then"), this.#meet);
    const refused = this.refusedAt(below(pointer, "if"), own(schema, "if"));
    return fewCases([...yes, ...this.#narrowed(part("else"), [refused])]);
  }

  /** What `not` and `dependentRequired` let through. */
  #demands(schema: SchemaObject, pointer: string): readonly Type[] {
    const dependent = entriesOf(schema, "dependentRequired").map(([name, others]) => {
      const place = below(pointer, "dependentRequired", name);
      const together = [name, ...textsOf(others)].map((each) => having(each, place)).reduce(intersect);
      return union([...NO_OBJECTS, lacking(name, place), together]);
    });
    if (!Object.hasOwn(schema, "not")) return dependent;
    return [...dependent, this.refusedAt(below(pointer, "not"), own(schema, "not"))];
  }

  /** The cases with each of the types, as far as that does not take them apart into too many pieces. */
  #narrowed(cases: readonly Case[], types: readonly Type[]): readonly Case[] {
    if (types.length === 0) return cases;
    const narrow = (type: Type, by: Type) => {
      const both = this.#meet(type, by);
      return membersOf(both).length <= Math.max(MOST_PIECES, membersOf(type).length) ? both : type;
    };
    return fewCases(cases.map((one) => ({ ...one, type: types.reduce(narrow, one.type) })));
  }

  #unevaluated(cases: readonly Case[], schema: SchemaObject, pointer: string): readonly Case[] {
    let closed = cases;
    for (const [keyword, others, all] of [
      ["unevaluatedProperties", otherFields, { isEveryField: true }],
      ["unevaluatedItems", otherItems, { isEveryItem: true }],
    ] as const) {
      if (!Object.hasOwn(schema, keyword)) continue;
      const rest = this.#lazyAt(below(pointer, keyword), own(schema, keyword));
      closed = closed.map(({ type, evaluated }) => ({
        type: this.#meet(type, others(evaluated.get(), rest) ?? ANYTHING),
        evaluated: lazy(() => ({ ...evaluated.get(), ...all })),
      }));
    }
    return fewCases(closed);
  }

  readonly #meet = (a: Type, b: Type): Type => {
    this.#work += costOf(a, b);
    if (this.#work > MOST_WORK) return a.kind === "unknown" ? b : a;
    return intersect(a, b);
  };
}

type ReferenceKeyword = "$ref" | "$dynamicRef";

interface Target {
  readonly reader: Reader;
  readonly pointer: string;
  readonly schema: unknown;
}

const OTHER_DIALECT = unknown("its schema is of another dialect");
const NO_OBJECTS = EVERY_KIND.filter((type) => type !== OBJECT);

const LOST: Readonly<Record<Lost["kind"], (reference: string) => string>> = {
  elsewhere: (reference) => `its schema refers to ${reference}, which is not in this file`,
  malformed: (reference) => `its schema refers to ${reference}, which is no place in a file`,
  nowhere: (reference) => `its schema refers to ${reference}, where nothing stands`,
  no_anchor: (reference) => `its schema refers to ${reference}, and no schema has that anchor`,
  ambiguous: (reference) => `its schema refers to ${reference}, and two schemas have that name`,
  dynamic: () => "its schema uses `$dynamicRef`, and what that leads to depends on where it is come from",
};

/** A case of which nothing is known, nor what it looks at. */
function openCase(why: string): Case {
  return caseOf(unknown(why), EVERYTHING_EVALUATED);
}
