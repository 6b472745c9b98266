/** A project of a service's own, in which emitted declarations are compiled as strictly as can be. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));

export interface Consumer {
  /** What `tsc` says of the files; "" where nothing is wrong. Files of an earlier call are replaced, or stay. */
  readonly compile: (files: Readonly<Record<string, string>>) => string;
  readonly close: () => void;
}

export function consumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "fbp-consumer-"));
  mkdirSync(join(folder, "node_modules/@fbp"), { recursive: true });
  symlinkSync(join(ROOT, "packages/runtime"), join(folder, "node_modules/@fbp/runtime"));
  write(folder, { "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(CONFIG) });
  return {
    compile(files) {
      write(folder, files);
      return tsc(folder);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: "ES2023",
    module: "NodeNext",
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    customConditions: ["@fbp/source"],
  },
  include: ["*.ts"],
};

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function tsc(folder: string): string {
  try {
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}
