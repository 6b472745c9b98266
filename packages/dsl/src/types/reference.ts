/** Where a `$ref` leads: by pointer, by anchor or by the `$id` of a schema in it. Nothing is ever fetched. */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { type Resource, Resources } from "./resources.ts";
import { resolveUri, splitFragment } from "./uri.ts";

/** Documents that a schema may refer to besides its own, by the address where each is to be found. */
export type Documents = ReadonlyMap<string, unknown>;

export const NO_DOCUMENTS: Documents = new Map();

export type Reference =
  /** In the same document. */
  { readonly kind: "found"; readonly pointer: string } | Lost;

export type Lost =
  /** Another document, which is not at hand. */
  | { readonly kind: "elsewhere" }
  /** No URI reference, or a fragment that is no pointer. */
  | { readonly kind: "malformed" }
  | { readonly kind: "nowhere" }
  /** No schema has the name behind the `#`. */
  | { readonly kind: "no_anchor" }
  /** Two schemas have the name. */
  | { readonly kind: "ambiguous" }
  /** A `$dynamicRef` that leads to one schema or another, depending on how it was come to. */
  | { readonly kind: "dynamic" };

/** A place in one of the documents. */
export interface Place {
  readonly resources: Resources;
  readonly pointer: string;
}

type Target = { readonly kind: "found"; readonly place: Place } | Lost;

/**
 * Resolves `reference`, written in the schema at `pointer`. It counts from the nearest schema around it
 * that has an `$id`, else from the top of the document.
 */
export function resolveReference(root: unknown, pointer: string, reference: string): Reference {
  return inDocument(root, (library, resources) => library.resolve({ resources, pointer }, reference));
}

/** The same for a `$dynamicRef`: found where it can lead to one schema only. */
export function resolveDynamicReference(root: unknown, pointer: string, reference: string): Reference {
  return inDocument(root, (library, resources) => library.resolveDynamic({ resources, pointer }, reference));
}

function inDocument(root: unknown, resolve: (library: Library, resources: Resources) => Target): Reference {
  const library = libraryOf(NO_DOCUMENTS);
  const target = resolve(library, library.resourcesOf(root, ""));
  return target.kind === "found" ? { kind: "found", pointer: target.place.pointer } : target;
}

const libraries = new WeakMap<Documents, Library>();

/** Kept with the documents, which must not change afterwards. */
export function libraryOf(documents: Documents): Library {
  let library = libraries.get(documents);
  if (library === undefined) {
    library = new Library(documents);
    libraries.set(documents, library);
  }
  return library;
}

export class Library {
  readonly #documents: Documents;
  readonly #known = new WeakMap<object, Resources>();
  /** How many references of a document were followed for the names that they lead to. */
  readonly #followed = new WeakMap<Resources, number>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** @param uri where the document is found; "" for one that is known by no address */
  resourcesOf(root: unknown, uri: string): Resources {
    if (typeof root !== "object" || root === null) return new Resources(root, uri);
    let resources = this.#known.get(root);
    if (resources === undefined) {
      resources = new Resources(root, uri);
      this.#known.set(root, resources);
    }
    return resources;
  }

  resolve(from: Place, reference: string): Target {
    const { uri, fragment } = splitFragment(reference);
    const found = this.#resource(from, uri);
    if ("kind" in found) return found;
    const { resources, resource } = found;
    if (fragment === null || fragment === "") return { kind: "found", place: { resources, pointer: resource.pointer } };
    const name = decode(fragment);
    if (name === null) return { kind: "malformed" };
    return name.startsWith("/") ? byPointer(resources, resource, name) : byAnchor(resources, resource, name);
  }

  resolveDynamic(from: Place, reference: string): Target {
    const target = this.resolve(from, reference);
    if (target.kind !== "found") return target;
    const name = decode(splitFragment(reference).fragment ?? "") ?? "";
    const { resources, pointer } = target.place;
    const anchor = resources.anchor(resources.around(pointer), name);
    if (anchor?.pointer !== pointer || !anchor.isDynamic) return target;
    // Whichever schema was come from, only one can be meant where only one has the name.
    const all = [...new Set([from.resources, ...this.#everyDocument()])];
    for (const one of all) this.#follow(one);
    const isOnly = all.flatMap((one) => one.dynamicAnchors(name)).length === 1;
    return isOnly && all.every((one) => one.isComplete()) ? target : { kind: "dynamic" };
  }

  /** The resource with this URI, seen from a place. */
  #resource(from: Place, uri: string): { readonly resources: Resources; readonly resource: Resource } | Lost {
    const { resources } = from;
    const around = resources.around(from.pointer);
    if (uri === "") return { resources, resource: around };
    const absolute = resolveUri(around.uri, uri);
    if (resources.called(absolute) === undefined) this.#follow(resources);
    const near = resources.called(absolute);
    if (near === null) return { kind: "ambiguous" };
    if (near !== undefined) return { resources, resource: near };
    const document = this.#documents.get(absolute);
    const candidates = document === undefined ? this.#everyDocument() : [this.resourcesOf(document, absolute)];
    for (const other of candidates) {
      const resource = other.called(absolute);
      if (resource != null) return { resources: other, resource };
    }
    return { kind: "elsewhere" };
  }

  #everyDocument(): readonly Resources[] {
    return [...this.#documents].map(([uri, root]) => this.resourcesOf(root, uri));
  }

  /** References by pointer may lead to schemas where none was expected, and to names in them: all are found so. */
  #follow(resources: Resources): void {
    const references = resources.references();
    for (let at = this.#followed.get(resources) ?? 0; at < references.length; at++) {
      this.#followed.set(resources, at + 1);
      const { pointer, reference } = references[at] ?? { pointer: "", reference: "" };
      this.resolve({ resources, pointer }, reference);
    }
  }
}

function byPointer(resources: Resources, resource: Resource, fragment: string): Target {
  const segments = parsePointer(fragment);
  if (segments === null) return { kind: "malformed" };
  const target = [...(parsePointer(resource.pointer) ?? []), ...segments];
  if (valueAt(resources.root, target) === undefined) return { kind: "nowhere" };
  const pointer = below("", ...target);
  resources.enter(pointer);
  return { kind: "found", place: { resources, pointer } };
}

function byAnchor(resources: Resources, resource: Resource, name: string): Target {
  const anchor = resources.anchor(resource, name);
  if (anchor === undefined) return /^[A-Za-z_][-\w.]*$/u.test(name) ? { kind: "no_anchor" } : { kind: "malformed" };
  return anchor.isTwice ? { kind: "ambiguous" } : { kind: "found", place: { resources, pointer: anchor.pointer } };
}

function decode(fragment: string): string | null {
  if (!fragment.includes("%")) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return null;
  }
}
