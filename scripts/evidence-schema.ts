/** Writes docs/schemas/evidence.schema.json, from which editors complete evidence; `pnpm run format` lays it out. */
import { writeFileSync } from "node:fs";
import { publishedEvidenceSchema } from "../packages/dsl/src/evidence/schema.ts";

const target = new URL("../docs/schemas/evidence.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(publishedEvidenceSchema(), null, 2)}\n`);
