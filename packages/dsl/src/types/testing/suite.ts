/** Tests of JSON Schema in the form of the official suite: its own, where they are at hand, and those that we keep. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Documents } from "../reference.ts";

export interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

export interface SuiteFile {
  readonly name: string;
  readonly groups: readonly Group[];
}

const OFFICIAL = fileURLToPath(new URL("../../../../../../shared/data/json-schema-test-suite", import.meta.url));
const OURS = fileURLToPath(new URL("../fixtures/suite", import.meta.url));

export const HAS_OFFICIAL = existsSync(OFFICIAL);

export function officialSuite(): readonly SuiteFile[] {
  return HAS_OFFICIAL ? filesIn(`${OFFICIAL}/draft2020-12`) : [];
}

/** Always there. */
export function ourSuite(): readonly SuiteFile[] {
  return filesIn(`${OURS}/draft2020-12`);
}

/** What the schemas of both refer to by address: served nowhere, read from disk. */
export function remotes(): Documents {
  const documents = new Map<string, unknown>();
  for (const folder of [`${OFFICIAL}/remotes`, `${OURS}/remotes`]) {
    for (const file of globSync("**/*.json", { cwd: folder }).sort()) {
      documents.set(`http://localhost:1234/${file}`, read(`${folder}/${file}`));
    }
  }
  for (const [name, file] of META) documents.set(`https://json-schema.org/draft/2020-12/${name}`, metaschema(file));
  return documents;
}

/** The schemas of schemas, as ajv ships them. */
const META: readonly (readonly [name: string, file: string])[] = [
  ["schema", "schema.json"],
  ...["applicator", "content", "core", "format-annotation", "meta-data", "unevaluated", "validation"].map(
    (name) => [`meta/${name}`, `meta/${name}.json`] as const,
  ),
];

function metaschema(file: string): unknown {
  return createRequire(import.meta.url)(`ajv/dist/refs/json-schema-2020-12/${file}`);
}

function filesIn(folder: string): readonly SuiteFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => ({ name, groups: read(`${folder}/${name}`) as readonly Group[] }));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
