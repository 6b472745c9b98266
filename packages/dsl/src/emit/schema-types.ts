/** The request and response schemas of a contract -> TypeScript, by way of json-schema-to-typescript. */
import type { ContractModel } from "../check/model.ts";
import { isObject, targetOf, typescriptMap, typescriptSchema } from "./typescript-schema.ts";

/**
 * Declarations of `Bodies`, whose fields `request` and `response` are the two bodies, and of what they
 * refer to. The names are unique together; an interface that the contract titles `Bodies` is renamed.
 */
export async function schemaTypes(contract: ContractModel): Promise<string> {
  const { compile } = await import("json-schema-to-typescript");
  return compile(bodiesSchema(contract) as Parameters<typeof compile>[0], "Bodies", {
    additionalProperties: true,
    bannerComment: "",
    format: true,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    unreachableDefinitions: false,
    style: { printWidth: 110 },
    // A contract's references stay inside the contract: nothing is read from a disk or a network.
    $refOptions: { resolve: { external: false, file: false, http: false } },
  });
}

/** One schema that has both bodies as fields; the places that its references name stand where they stood. */
function bodiesSchema({ contract, root }: ContractModel): unknown {
  const parts = isObject(root) ? root : {};
  const schemaOf = (area: unknown) => (isObject(area) ? { schema: typescriptSchema(area.schema, root) } : {});
  return {
    $defs: typescriptMap(parts.$defs, root),
    request: schemaOf(parts.request),
    response: schemaOf(parts.response),
    errors: schemaOf(parts.errors),
    title: "Bodies",
    type: "object",
    additionalProperties: false,
    required: ["request", "response"],
    properties: {
      request: requestSchema(contract.request.schema, contract.request.model, root),
      response: { ...body(contract.response.schema, root), title: "Response" },
    },
  };
}

/** The path decides the model, so that a request need not name it. */
function requestSchema(schema: unknown, model: string, root: unknown): unknown {
  const request = body(schema, root);
  const { required } = request;
  return {
    ...request,
    // A service hands over an object, whatever else the contract leaves open.
    ...("anyOf" in request || "oneOf" in request || "allOf" in request ? {} : { type: "object" }),
    ...(Array.isArray(required) ? { required: required.filter((name) => name !== model) } : {}),
    title: "Request",
  };
}

/** The body's own schema: a reference at its top is followed, within bounds. */
function body(schema: unknown, root: unknown): Readonly<Record<string, unknown>> {
  let found = schema;
  for (let hops = 0; hops < 32 && isObject(found) && typeof found.$ref === "string"; hops++) {
    found = targetOf(found.$ref, root);
  }
  const result = typescriptSchema(found, root);
  return isObject(result) && result.$ref === undefined ? result : {};
}
