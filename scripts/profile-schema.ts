/** Writes docs/schemas/profile.schema.json, from which editors complete fault profiles; `pnpm run format` lays it out. */
import { writeFileSync } from "node:fs";
import { publishedProfileSchema } from "../packages/dsl/src/simulate/schema.ts";

const target = new URL("../docs/schemas/profile.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(publishedProfileSchema(), null, 2)}\n`);
