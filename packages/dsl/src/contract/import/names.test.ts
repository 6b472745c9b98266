import { expect, test } from "vitest";
import { freeName, keyVariable, providerName, schemaName } from "./names.ts";

test.each([
  ["/components/schemas/Message", "Message"],
  ["/components/schemas/chat.Answer", "chat_Answer"],
  ["/components/schemas/Message/properties/role", "Message.role"],
  ["/components/schemas/Message/$defs/part/anyOf/0", "Message.part.0"],
  ["/components/responses/Failed/content/application~1json/schema", "Failed"],
  ["/paths/~1v1~1chat~1completions/post/requestBody/content/application~1json/schema", "post.requestBody"],
  ["", "schema"],
])("the schema at %j is called %s", (pointer, name) => expect(schemaName(pointer)).toBe(name));

test("a name that is taken gets a number", () => {
  expect(freeName("a", new Set())).toBe("a");
  expect(freeName("a", new Set(["a", "a2"]))).toBe("a3");
});

test.each([
  ["Acme API", "acme", "ACME_API_KEY"],
  ["The Acme AI REST API v2 Specification", "acme", "ACME_API_KEY"],
  ["Blue Sky Platform API", "blue-sky", "BLUE_SKY_API_KEY"],
  ["OpenAI API", "openai", "OPENAI_API_KEY"],
  ["API", "provider", "PROVIDER_API_KEY"],
  ["Éclair & Söhne", "e-clair-so-hne", "E_CLAIR_SO_HNE_API_KEY"],
  ["智谱", "provider", "PROVIDER_API_KEY"],
  ["3rd Rail", "3rd-rail", "_3RD_RAIL_API_KEY"],
])("%s is %s, its key in %s", (title, name, variable) => {
  expect([providerName(title), keyVariable(providerName(title))]).toEqual([name, variable]);
});
