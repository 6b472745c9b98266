/** TypeScript types as data: what a schema becomes before it is text. */

export type Node =
  | { readonly kind: "unknown" | "never" | "null" | "string" | "number" | "boolean" }
  /** `value` as it is written in a type: `"stop"`, `2`, `true`. */
  | { readonly kind: "literal"; readonly of: "string" | "number" | "boolean"; readonly value: string }
  | { readonly kind: "array"; readonly item: Node }
  | { readonly kind: "tuple"; readonly items: readonly Item[]; readonly rest: Node | null }
  | ObjectNode
  /** A declaration, by its name. */
  | { readonly kind: "named"; readonly name: string }
  | Union
  | { readonly kind: "intersection"; readonly of: readonly Node[] };

export interface Union {
  readonly kind: "union";
  readonly of: readonly Node[];
}

/** A place in a list or an object that may be left out. */
export interface Item {
  readonly type: Node;
  readonly optional: boolean;
}

export interface ObjectNode {
  readonly kind: "object";
  readonly fields: readonly Field[];
  /** Of every other field: null where nothing is said of them, `never` where there are none. */
  readonly rest: Node | null;
}

export interface Field extends Item {
  readonly name: string;
  readonly doc: string | null;
}

export const UNKNOWN: Node = { kind: "unknown" };
export const NEVER: Node = { kind: "never" };
export const NULL: Node = { kind: "null" };

export function membersOf(node: Node): readonly Node[] {
  return node.kind === "union" ? node.of : [node];
}

/** Each alternative once: what is listed, then scalars, then lists and objects, and `null` last. */
export function union(nodes: readonly Node[]): Node {
  const members: Node[] = [];
  for (const node of nodes.flatMap(membersOf)) {
    if (node.kind === "unknown") return UNKNOWN;
    if (node.kind !== "never" && !members.some((known) => isSame(known, node))) members.push(node);
  }
  const left = withBoolean(members.filter((node) => !members.some((other) => other !== node && covers(other, node))));
  const sorted = [...left].sort((one, other) => rank(one) - rank(other));
  const [only] = sorted;
  if (only === undefined) return NEVER;
  return sorted.length === 1 ? only : { kind: "union", of: sorted };
}

/** Listed texts stay beside `string`: what is known of a value is worth showing where others may come. */
function covers(wide: Node, narrow: Node): boolean {
  if (narrow.kind === "literal") return narrow.of !== "string" && wide.kind === narrow.of;
  return wide.kind === "array" && wide.item.kind === "unknown" && (narrow.kind === "array" || narrow.kind === "tuple");
}

function rank(node: Node): number {
  if (node.kind === "literal") return 0;
  return node.kind === "null" ? 3 : isCompound(node) ? 2 : 1;
}

/** `true | false` is `boolean`. */
function withBoolean(members: readonly Node[]): readonly Node[] {
  const [first, second] = members.filter((node) => node.kind === "literal" && node.of === "boolean");
  if (second === undefined) return members;
  return members.flatMap((node): Node[] => (node === second ? [] : node === first ? [{ kind: "boolean" }] : [node]));
}

/** What is in both; as much of it as a type says in a readable way, and never less. */
export function intersect(a: Node, b: Node): Node {
  if (a.kind === "unknown" || isSame(a, b)) return b;
  if (b.kind === "unknown") return a;
  const [scalars, compounds] = [false, true].map((wants) =>
    [a, b].map((node) => membersOf(node).filter((member) => isCompound(member) === wants)),
  );
  const [left = [], right = []] = compounds ?? [];
  const [plainLeft = [], plainRight = []] = scalars ?? [];
  return union([
    ...meetCompounds(left, right),
    ...plainLeft.flatMap((one) => plainRight.map((other) => meetScalars(one, other))),
  ]);
}

function isCompound({ kind }: Node): boolean {
  return kind === "array" || kind === "tuple" || kind === "object" || kind === "named" || kind === "intersection";
}

/** One of each side is merged; several would be multiplied, and stand side by side instead. */
function meetCompounds(left: readonly Node[], right: readonly Node[]): readonly Node[] {
  const lefts = left.filter((one) => right.some((other) => mayMeet(one, other)));
  const rights = right.filter((one) => left.some((other) => mayMeet(one, other)));
  const [a, b] = [lefts[0], rights[0]];
  if (a === undefined || b === undefined) return [];
  if (lefts.length === 1 && rights.length === 1) return [meet(a, b)];
  return [{ kind: "intersection", of: [union(lefts), union(rights)] }];
}

function mayMeet(a: Node, b: Node): boolean {
  const [one, other] = [a, b].map(({ kind }) => (kind === "tuple" ? "array" : kind));
  return one === other || [one, other].some((kind) => kind === "named" || kind === "intersection");
}

function meet(a: Node, b: Node): Node {
  if (isSame(a, b)) return a;
  if (a.kind === "object" && b.kind === "object") return meetObjects(a, b);
  if (a.kind === "array" && b.kind === "array") return { kind: "array", item: intersect(a.item, b.item) };
  return { kind: "intersection", of: [a, b] };
}

function meetScalars(a: Node, b: Node): Node {
  if (isSame(a, b)) return a;
  if (a.kind === "literal" && a.of === b.kind) return a;
  return b.kind === "literal" && b.of === a.kind ? b : NEVER;
}

function meetObjects(a: ObjectNode, b: ObjectNode): ObjectNode {
  const fields = new Map(a.fields.map((field) => [field.name, field]));
  for (const field of b.fields) {
    const known = fields.get(field.name);
    fields.set(field.name, known === undefined ? field : meetFields(known, field));
  }
  const rest = a.rest === null || b.rest === null ? (a.rest ?? b.rest) : intersect(a.rest, b.rest);
  return { kind: "object", fields: [...fields.values()], rest };
}

function meetFields(a: Field, b: Field): Field {
  return { ...a, type: intersect(a.type, b.type), optional: a.optional && b.optional, doc: a.doc ?? b.doc };
}

function isSame(a: Node, b: Node): boolean {
  return a === b || (a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b));
}

/** The declarations that a type names, as they come. */
export function namesIn(node: Node): readonly string[] {
  switch (node.kind) {
    case "named":
      return [node.name];
    case "array":
      return namesIn(node.item);
    case "tuple":
      return [...node.items.map((item) => item.type), ...(node.rest === null ? [] : [node.rest])].flatMap(namesIn);
    case "object":
      return [...node.fields.map((field) => field.type), ...(node.rest === null ? [] : [node.rest])].flatMap(namesIn);
    case "union":
    case "intersection":
      return node.of.flatMap(namesIn);
    default:
      return [];
  }
}
