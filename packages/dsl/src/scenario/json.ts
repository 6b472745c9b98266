import type * as tree from "../syntax/tree.ts";

/** The value that a JSON literal of a policy file means. Of a key that occurs twice the last counts, as in JSON. */
export function jsonValue(json: tree.Json): unknown {
  switch (json.kind) {
    case "json_object":
      // Own properties whatever their names: a key `__proto__` is a field like any other.
      return Object.fromEntries(json.members.map((member) => [member.key.value, jsonValue(member.value)]));
    case "json_array":
      return json.items.map(jsonValue);
    case "json_null":
      return null;
    default:
      return json.value;
  }
}
