/** The request and response schemas of a contract as TypeScript declarations. */
import type { ContractModel } from "../check/model.ts";
import { mayStream } from "../lower/fits.ts";
import { membersOf, type Node, namesIn, type ObjectNode, union } from "./typescript/node.ts";
import { type Declaration, declarationText } from "./typescript/print.ts";
import { Schemas } from "./typescript/schemas.ts";

/**
 * Declarations of `Request` and `Response`, the two bodies, of `Chunk`, a piece of a streamed answer, where
 * there are streams, and of what they refer to: each body, then its types in the order in which they are
 * first used.
 */
export function schemaTypes({ contract, root }: ContractModel): string {
  const streams = mayStream(contract);
  const schemas = new Schemas(root, streams ? ["Request", "Response", "Chunk"] : ["Request", "Response"]);
  const request = schemas.declare("/request/schema", "Request", (type) => forCallers(type, contract.request.model));
  const response = schemas.declare("/response/schema", "Response", (type) => type);
  const chunk = streams ? [schemas.declare("/response/stream/chunk", "Chunk", (type) => type)] : [];
  return inOrderOfUse([request, response, ...chunk], schemas.declarations)
    .map(declarationText)
    .join("\n\n");
}

/** A service hands over an object, whatever else the contract leaves open; the path decides the model. */
function forCallers(type: Node, model: string): Node {
  if (type.kind === "unknown") return ANY_OBJECT;
  return union(membersOf(type).map((member) => (member.kind === "object" ? withoutModel(member, model) : member)));
}

const ANY_OBJECT: ObjectNode = { kind: "object", fields: [], rest: null };

function withoutModel(object: ObjectNode, model: string): ObjectNode {
  const fields = object.fields.map((field) =>
    field.name === model ? { ...field, optional: true, doc: field.doc ?? "The path decides it." } : field,
  );
  return { ...object, fields };
}

function inOrderOfUse(
  bodies: readonly Declaration[],
  declared: ReadonlyMap<string, Declaration>,
): readonly Declaration[] {
  const found = new Map<string, Declaration>();
  for (const body of bodies) {
    found.set(body.name, body);
    const pending = [...namesIn(body.type)].reverse();
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const declaration = found.has(name) || bodies.some((one) => one.name === name) ? undefined : declared.get(name);
      if (declaration === undefined) continue;
      found.set(name, declaration);
      pending.push(...[...namesIn(declaration.type)].reverse());
    }
  }
  return [...found.values()];
}
