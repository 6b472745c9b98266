/**
 * Bundles the command to `dist`: `fbp-command.js` with what every run needs, beside it the parts that a
 * command loads when it runs, `fbp.js`, which starts it, and `assets` with the files that it copies or
 * quotes. One of them is the runtime, for `fbp build --bundle`.
 */

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { barrel } from "./barrel.ts";
import { ADDRESS, digestOf, link, PROGRAM } from "./link.ts";
import { ASSET_FOLDERS } from "./src/assets.ts";
import { standalone } from "./standalone.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");

/** What a dynamic import takes by name from a CommonJS package: a chunk of one has only a default export. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  yaml: ["isAlias", "isMap", "isScalar", "isSeq", "parseDocument", "stringify", "visit"],
};

const namedExports: Plugin = {
  name: "named-exports",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind, resolveDir }) =>
      kind === "dynamic-import" && Object.hasOwn(NAMED, path)
        ? { path, namespace: "named", pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "named" }, ({ path, pluginData }) => ({
      contents: `export { ${NAMED[path]?.join(", ")} } from ${JSON.stringify(path)};`,
      resolveDir: String(pluginData),
    }));
  },
};

/**
 * Node's own modules by `getBuiltinModule`: an `import` of one reads every export of it, and so loads
 * what nobody asked for (`node:fs` its promises and streams), which is a third of a short run.
 */
const builtins: Plugin = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?[a-z_\d]+(?:\/[a-z]+)?$/ }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, "");
      // One for each importer: what several of them share would become a chunk of its own.
      return isBuiltin(name) && kind !== "require-call"
        ? { path: `${name}:${importer}`, namespace: "builtin", pluginData: name }
        : undefined;
    });
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ pluginData }) => ({ contents: builtinText(String(pluginData)) }));
  },
};

/** Names that are not used fall out of the bundle, so that nobody reads them. */
function builtinText(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter((each) => /^[A-Za-z]\w*$/.test(each));
  // Many ask for it at their start, and nearly no run calls it: it is loaded at the first call.
  const isLate = name === "child_process";
  const asked = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const exports = names
    .filter((each) => each !== "default")
    .map((each) => {
      const value = isLate ? `(...given) => ${asked}.${each}(...given)` : `/* @__PURE__ */ (() => builtin.${each})()`;
      return `const ${each}$ = ${value}; export { ${each}$ as ${each} };`;
    });
  const builtin = isLate ? `new Proxy({}, { get: (_, name) => ${asked}[name] })` : asked;
  return [`const builtin = ${builtin};`, "export default builtin;", ...exports].join("\n");
}

interface Patch {
  readonly file: RegExp;
  readonly from: string;
  readonly to: string;
}

const PATCHES: readonly Patch[] = [
  // It asks at its start whether the process is on a terminal; here each output is asked, when it is written to.
  { file: /[/\\]picocolors\.js$/, from: "let p = process || {}", to: "let p = {}" },
  // A table of 65536 numbers, made before the first character is read: each is as easily worked out when it is asked for.
  {
    file: /[/\\]chevrotain[/\\]lib[/\\]src[/\\]scan[/\\]lexer\.js$/,
    from: ": charCodeToOptimizedIdxMap[charCode];",
    to: ": 255 + ~~(charCode / 255);",
  },
  {
    file: /[/\\]chevrotain[/\\]lib[/\\]src[/\\]scan[/\\]lexer\.js$/,
    from: "if (charCodeToOptimizedIdxMap.length === 0) {",
    to: "if (false) {",
  },
];

/** What libraries do at their start that a short run need not. */
const patches: Plugin = {
  name: "patches",
  setup({ onLoad }) {
    for (const { file } of PATCHES) {
      onLoad({ filter: file }, async ({ path }) => {
        let contents = await readFile(path, "utf8");
        for (const { from, to } of PATCHES.filter((each) => each.file.test(path))) {
          if (!contents.includes(from)) return { errors: [{ text: `has no ${from} any more` }] };
          contents = contents.replace(from, to);
        }
        return { contents };
      });
    }
  },
};

const OPTIONS = {
  absWorkingDir: HERE,
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  target: "node22",
  conditions: ["@fbp/source"],
  // jsonc-parser: its CommonJS form hides its imports from a bundler.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  metafile: true,
  plugins: [builtins, patches, namedExports, barrel(join(ROOT, "packages/dsl/src/index.ts"))],
  logLevel: "warning",
} as const satisfies BuildOptions;

/** @returns what esbuild says of the parts of the program */
export async function bundle(outdir: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    ...OPTIONS,
    entryPoints: { "fbp-command": "src/fbp.ts" },
    outdir,
    chunkNames: "fbp-[name]-[hash]",
    splitting: true,
    define: { "import.meta.url": ADDRESS, PROGRAM_DIGEST: PROGRAM },
  });
  const parts = await link(outputFiles);
  const { outputFiles: starts } = await build({
    ...OPTIONS,
    entryPoints: ["src/start.ts"],
    define: { PROGRAM_DIGEST: JSON.stringify(digestOf(parts)) },
  });
  await mkdir(outdir, { recursive: true });
  // Parts have a digest in their names: those of an earlier build would stay for ever.
  for (const name of await readdir(outdir)) if (/^fbp-.*\.js$/.test(name)) await rm(join(outdir, name));
  for (const { path, text } of parts) await writeFile(join(outdir, basename(path)), text);
  await writeFile(join(outdir, "fbp.js"), starts[0]?.text ?? "");
  const assets = join(outdir, "assets");
  await rm(assets, { recursive: true, force: true });
  for (const [name, folder] of Object.entries(ASSET_FOLDERS)) {
    await cp(join(ROOT, folder), join(assets, name), { recursive: true });
  }
  await writeFile(join(assets, "notices.txt"), await licences(metafile));
  const { module, declarations } = await standalone();
  await mkdir(join(assets, "runtime"));
  await writeFile(join(assets, "runtime/standalone.js"), module);
  await writeFile(join(assets, "runtime/standalone.d.ts"), declarations);
  return metafile;
}

/** The licences of everything that is in the bundle and not ours. */
async function licences(metafile: Metafile): Promise<string> {
  const packages = new Set<string>();
  for (const input of Object.keys(metafile.inputs)) {
    if (input.startsWith("builtin:")) continue;
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found?.[1] !== undefined) packages.add(join(HERE, found[1]));
  }
  const texts: string[] = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
      readonly name: string;
      readonly version: string;
      readonly license?: string;
    };
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? "" : `\n\n${(await readFile(join(folder, file), "utf8")).trim()}`;
    texts.push(`${name} ${version}: ${license ?? "see its licence"}${text}`);
  }
  return `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outputs } = await bundle(join(HERE, "dist"));
  for (const [name, output] of Object.entries(outputs)) {
    console.log(`${name.padEnd(48)} ${(output.bytes / 1024).toFixed(0).padStart(6)} KB`);
  }
}
