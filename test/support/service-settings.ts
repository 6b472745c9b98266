import { join } from "node:path";

const TYPES = join(import.meta.dirname, "../../node_modules/@types");

/** A `tsconfig.json` as strict as a service's may be, for files that the tests write; `tsc` only checks them. */
export function serviceSettings(files: readonly string[]): string {
  return JSON.stringify({
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      target: "ES2023",
      module: "NodeNext",
      moduleResolution: "NodeNext",
      customConditions: ["@fbp/source"],
      allowImportingTsExtensions: true,
      types: ["node"],
      typeRoots: [TYPES],
      skipLibCheck: true,
    },
    files,
  });
}
