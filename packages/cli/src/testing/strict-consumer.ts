/** A service's folder without a single package, compiled as strictly as tsc can. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { folderWith } from "./folder.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: "ES2022",
    lib: ["ES2023"],
    module: "NodeNext",
    isolatedModules: true,
    verbatimModuleSyntax: true,
    types: ["node"],
    typeRoots: [`${ROOT}node_modules/@types`],
  },
  include: ["*.ts"],
};

/** What tsc says of the files, declarations included; "" where nothing is wrong. */
export function compileAlone(files: Readonly<Record<string, string>>): string {
  const cwd = folderWith({ "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(CONFIG), ...files });
  const { stdout, stderr } = spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`], {
    cwd,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}
