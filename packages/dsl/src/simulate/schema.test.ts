import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publishedProfileSchema } from "./schema.ts";

const PUBLISHED = new URL("../../../../docs/schemas/profile.schema.json", import.meta.url);

test("the published schema is the one that reads profiles (else: node --conditions=@fbp/source scripts/profile-schema.ts)", () => {
  expect(JSON.parse(readFileSync(PUBLISHED, "utf8"))).toEqual(publishedProfileSchema());
});
