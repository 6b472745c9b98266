/** What the requests of a policy, their contexts and its failed attempts can look like: the ground for the solver. */
import type { ContextFieldModel, ContractModel } from "../check/model.ts";
import { contextType } from "../check/predicate/roots.ts";
import { membersOf, union } from "../types/combine.ts";
import { typeOf } from "../types/from-schema.ts";
import { OBJECT, ready } from "../types/make.ts";
import type { Field, ObjectType, Type } from "../types/type.ts";
import type { RootFrame, Usual } from "./solve/frame.ts";

const HELLO: Usual = { values: [[{ role: "user", content: "hello" }], "hello", ["hello"]] };

/** What a service hands over: the path sets the model, so a request may leave it out. */
export function requestFrame({ contract, root }: ContractModel): RootFrame {
  const type = withOptional(typeOf(root, "/request/schema"), contract.request.model);
  return { type, optional: false, usual: { fields: new Map([[contract.request.prompt, HELLO]]) } };
}

function withOptional(type: Type, name: string): Type {
  const isRequired = (member: Type): member is ObjectType =>
    member.kind === "object" && member.fields.get(name)?.required === true;
  if (!membersOf(type).some(isRequired)) return type;
  return union(
    membersOf(type).map((member) => {
      const field = isRequired(member) ? member.fields.get(name) : undefined;
      if (field === undefined || member.kind !== "object") return member;
      return { ...member, fields: new Map([...member.fields, [name, { ...field, required: false }]]) };
    }),
  );
}

/** Complete: the runtime puts defaults in. */
export function contextFrame(fields: readonly ContextFieldModel[]): RootFrame {
  const types = fields.map((field): [string, Field] => [
    field.name,
    { type: ready(contextType(field)), required: true, place: "" },
  ]);
  const usual = fields.flatMap(({ name, default: value }): [string, Usual][] =>
    value === undefined ? [] : [[name, { values: [value] }]],
  );
  return {
    type: { ...OBJECT, fields: new Map(types), rest: null },
    optional: false,
    usual: { fields: new Map(usual) },
  };
}
