/** Writes docs/schemas/contract.schema.json, from which editors complete contracts; `pnpm run format` lays it out. */
import { writeFileSync } from "node:fs";
import { publishedContractSchema } from "../packages/dsl/src/contract/published-schema.ts";

const target = new URL("../docs/schemas/contract.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(publishedContractSchema(), null, 2)}\n`);
