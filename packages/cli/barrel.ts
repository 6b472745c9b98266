/**
 * Leads each import from the compiler's one door to the files behind it. esbuild puts into one part what a
 * file could reach, and through the door that is all of the compiler: a check would load the simulator.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

const IMPORT = /^(?:import|export) \{([^}]*)\} from "@fbp\/dsl";$/gm;
const NAMESPACE = "behind the door";

/** @param door the file that `@fbp/dsl` is, absolute */
export function barrel(door: string): Plugin {
  return {
    name: "barrel",
    setup({ onResolve, onLoad }) {
      const exported = exportsOf(door);
      onResolve({ filter: /^@fbp\/dsl$/ }, ({ importer, kind }) =>
        kind === "import-statement" && !importer.startsWith(dirname(door))
          ? { path: importer, namespace: NAMESPACE, sideEffects: false }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
        const names = [...readFileSync(path, "utf8").matchAll(IMPORT)].flatMap(([, list = ""]) => valuesIn(list));
        const lines = names.map(({ name }) => {
          const found = exported.get(name);
          if (found === undefined) throw new Error(`${path} imports ${name}, and ${door} has none`);
          return `export { ${found.name} as ${name} } from ${JSON.stringify(found.file)};`;
        });
        return { contents: lines.join("\n"), resolveDir: dirname(door) };
      });
    },
  };
}

/** Where something is written, and what it is called there. */
interface Place {
  readonly file: string;
  readonly name: string;
}

function exportsOf(file: string): ReadonlyMap<string, Place> {
  const text = readFileSync(file, "utf8");
  const found = new Map<string, Place>();
  for (const [, name = ""] of text.matchAll(
    /^export (?:async )?(?:abstract )?(?:function\*?|const|let|class) (\w+)/gm,
  )) {
    found.set(name, { file, name });
  }
  for (const [, list = "", from = ""] of text.matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gm)) {
    const inner = exportsOf(join(dirname(file), from));
    for (const { name, as } of valuesIn(list))
      found.set(as, inner.get(name) ?? { file: join(dirname(file), from), name });
  }
  for (const [, from = ""] of text.matchAll(/^export \* from "([^"]+)";$/gm)) {
    for (const [name, place] of exportsOf(join(dirname(file), from))) found.set(name, place);
  }
  return found;
}

/** `a, type B, c as d`: what is there when the program runs. */
function valuesIn(list: string): readonly { readonly name: string; readonly as: string }[] {
  return list
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !each.startsWith("type "))
    .map((each) => {
      const [name = "", as = name] = each.split(/\s+as\s+/);
      return { name, as };
    });
}
