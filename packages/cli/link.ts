/**
 * Makes scripts of a bundle's modules: V8 keeps the code that a run has compiled of scripts alone (see
 * `src/start.ts`), and esbuild splits nothing but modules.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { transform } from "esbuild";

export interface Part {
  readonly path: string;
  readonly text: string;
}

/** What a part calls the address that stands for its `import.meta.url`. */
export const ADDRESS = "fbp$address";

/** What a part calls the digest of all of them. */
export const PROGRAM = "fbp$program";

/**
 * @param parts modules as esbuild splits them, of ASCII alone, that import nothing but each other
 * @returns their texts as expressions: functions of `exports`, `require`, `module`, what imports a part
 *   later, the address, and the digest
 */
export async function link(parts: readonly Part[]): Promise<readonly Part[]> {
  return Promise.all(
    parts.map(async ({ path, text }) => {
      const options = { format: "cjs", minify: true, target: "node22" } as const;
      const { code } = await transform(withoutImports(text, parts), options);
      return { path, text: `(function(exports,require,module,${IMPORT},${ADDRESS},${PROGRAM}){${code}})` };
    }),
  );
}

export function digestOf(parts: readonly Part[]): string {
  const hash = createHash("sha256");
  for (const { path, text } of parts) hash.update(JSON.stringify([basename(path), text]));
  return hash.digest("hex").slice(0, 16);
}

const IMPORT = "fbp$import";

/** As esbuild writes the `import()` of another part; a script has none. */
function withoutImports(text: string, parts: readonly Part[]): string {
  return parts.reduce((changed, { path }) => {
    const name = JSON.stringify(`./${basename(path)}`);
    return changed.replaceAll(`import(${name})`, `${IMPORT}(${name})`);
  }, text);
}
