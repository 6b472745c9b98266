/** What `chat.policy.d.ts` says of the adapters that the service has to give. */
import type { PathModel, PolicyModel } from "../check/model.ts";
import type { Names } from "../lower/names.ts";
import { commentText, keyText, quote } from "../lower/text.ts";

/** The runtime's types that the declarations need, each under a name that nothing else there has. */
export type RuntimeNames = Readonly<Record<RuntimeType, string>>;

type RuntimeType = "Adapter" | "FullAdapter" | "TypedPolicy";

export function runtimeNames(names: Names): RuntimeNames {
  const [Adapter, FullAdapter, TypedPolicy] = [
    names.take("Adapter"),
    names.take("FullAdapter"),
    names.take("TypedPolicy"),
  ];
  return { Adapter, FullAdapter, TypedPolicy };
}

/** Where the runtime's types stand in the same file. */
export function embeddedNames(namespace: string): RuntimeNames {
  return {
    Adapter: `${namespace}.Adapter`,
    FullAdapter: `${namespace}.FullAdapter`,
    TypedPolicy: `${namespace}.TypedPolicy`,
  };
}

/** The names to import, without those that nothing mentions. */
export function importsText(models: readonly PolicyModel[], names: RuntimeNames): string {
  const kinds = models
    .flatMap((model) => model.paths)
    .filter((path) => path.adapter !== null)
    .map(kindOf);
  const used: readonly RuntimeType[] = [...[...new Set(kinds)].sort(), "TypedPolicy"];
  return used.map((type) => (names[type] === type ? type : `${type} as ${names[type]}`)).join(", ");
}

function kindOf({ rewritten }: PathModel): "Adapter" | "FullAdapter" {
  return rewritten ? "FullAdapter" : "Adapter";
}

/** The contract's namespace in whose form the service gets the path's answers. */
export function readAs(path: PathModel, namespaces: readonly string[], start: string): string {
  return path.adapter !== null && path.rewritten ? start : (namespaces[path.contract] ?? "never");
}

/** Paths that share an adapter are on one contract; the adapter must do for each of them. */
export function adaptersText(
  model: PolicyModel,
  namespaces: readonly string[],
  start: string,
  names: RuntimeNames,
): string {
  const byName = new Map<string, PathModel[]>();
  for (const path of model.paths) {
    if (path.adapter !== null) byName.set(path.adapter, [...(byName.get(path.adapter) ?? []), path]);
  }
  if (byName.size === 0) return "{\n  [name: string]: never;\n}";
  const lines = [...byName].map(([name, paths]) => {
    const path = namespaces[paths[0]?.contract ?? -1] ?? "never";
    const kind = names[paths.map(kindOf).find((each) => each === "FullAdapter") ?? "Adapter"];
    const sides = [`${start}.Request`, `${path}.Request`, `${path}.Response`, `${start}.Response`];
    const of = `Of the path${paths.length === 1 ? "" : "s"} ${paths.map((each) => commentText(each.name)).join(", ")}.`;
    return `  /** ${of} */\n  ${declarationKey(name)}: ${kind}<\n    ${sides.join(",\n    ")}\n  >;\n`;
  });
  return `{\n${lines.join("")}}`;
}

/** In a type `"__proto__"` is a name like any other. */
export function declarationKey(name: string): string {
  return name === "__proto__" ? quote(name) : keyText(name);
}
