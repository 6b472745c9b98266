/** The request and response schemas of a contract -> TypeScript, by way of json-schema-to-typescript. */
import type { ContractModel } from "../check/model.ts";
import { TypescriptSchemas } from "./typescript-schema.ts";

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

/** One schema that has both bodies as fields, so that they share the names of what both refer to. */
function bodiesSchema({ contract, root }: ContractModel): unknown {
  const schemas = new TypescriptSchemas(root);
  const request = schemas.resolvedAt("/request/schema") ?? {};
  const response = schemas.resolvedAt("/response/schema") ?? {};
  return {
    title: "Bodies",
    type: "object",
    additionalProperties: false,
    required: ["request", "response"],
    properties: {
      request: withoutModel(request, contract.request.model),
      response: { ...response, title: "Response" },
    },
    $defs: schemas.definitions(),
  };
}

/** The path decides the model, so that a request need not name it. */
function withoutModel(request: Readonly<Record<string, unknown>>, model: string): unknown {
  const { required } = request;
  return {
    ...request,
    // A service hands over an object, whatever else the contract leaves open.
    ...("anyOf" in request || "oneOf" in request || "allOf" in request ? {} : { type: "object" }),
    ...(Array.isArray(required) ? { required: required.filter((name) => name !== model) } : {}),
    title: "Request",
  };
}
