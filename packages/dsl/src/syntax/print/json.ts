/** JSON in scenarios: on one line where it was written so and fits, else a member a line. */
import { textOf } from "../../source.ts";
import type { Json } from "../tree.ts";
import { block, type Entry, entry } from "./block.ts";
import type { Comments } from "./comments.ts";
import { type Line, STEP, WIDTH } from "./lines.ts";

export interface PrintedJson {
  readonly first: string;
  readonly headComment: string | null;
  readonly more: readonly Line[];
}

/** `indent`: of the line that it begins on; `column`: where on that line. The lines given are as seen from `indent`. */
export function json(value: Json, indent: number, column: number, comments: Comments): PrintedJson {
  const single = oneLine(value);
  const nested = value.kind === "json_object" || value.kind === "json_array";
  if (!nested || (column + single.length <= WIDTH && !wasExpanded(value, comments)))
    return { first: single, headComment: null, more: [] };
  const inner = indent + STEP;
  const entries =
    value.kind === "json_object" ? memberEntries(value, inner, comments) : itemEntries(value, inner, comments);
  const brackets = value.kind === "json_object" ? (["{", "}"] as const) : (["[", "]"] as const);
  const printed = block({ head: "", span: value.span, open: value.span.start, entries, brackets, width: 0 }, comments);
  return { first: printed.first, headComment: printed.headComment, more: printed.more };
}

function memberEntries(value: Json & { kind: "json_object" }, indent: number, comments: Comments): readonly Entry[] {
  return value.members.map((member, index) => {
    const lead = `${textOf(member.key.span)}: `;
    const comma = index === value.members.length - 1 ? "" : ",";
    return valueEntry(lead, member.value, comma, member.span, indent, comments);
  });
}

function itemEntries(value: Json & { kind: "json_array" }, indent: number, comments: Comments): readonly Entry[] {
  return value.items.map((item, index) => {
    const comma = index === value.items.length - 1 ? "" : ",";
    return valueEntry("", item, comma, item.span, indent, comments);
  });
}

function valueEntry(
  lead: string,
  value: Json,
  comma: string,
  span: Entry["span"],
  indent: number,
  comments: Comments,
): Entry {
  const printed = json(value, indent, indent + lead.length + comma.length, comments);
  const last = printed.more.at(-1);
  if (last === undefined) return entry(span, [`${lead}${printed.first}${comma}`]);
  const more = [...printed.more.slice(0, -1), { ...last, text: `${last.text}${comma}` }];
  return entry(span, [`${lead}${printed.first}`], { more, headComment: printed.headComment, own: [value.span] });
}

/** The author put a line break behind the opening bracket, or a comment inside. */
function wasExpanded(value: Json & { kind: "json_object" | "json_array" }, comments: Comments): boolean {
  if (comments.between(value.span.start, value.span.end).length > 0) return true;
  const first = value.kind === "json_object" ? value.members[0] : value.items[0];
  if (first !== undefined && comments.line(first.span.start) !== comments.line(value.span.start)) return true;
  const values = value.kind === "json_object" ? value.members.map((member) => member.value) : value.items;
  return values.some(
    (each) => (each.kind === "json_object" || each.kind === "json_array") && wasExpanded(each, comments),
  );
}

function oneLine(value: Json): string {
  switch (value.kind) {
    case "json_object": {
      if (value.members.length === 0) return "{}";
      return `{ ${value.members.map((member) => `${textOf(member.key.span)}: ${oneLine(member.value)}`).join(", ")} }`;
    }
    case "json_array":
      return `[${value.items.map(oneLine).join(", ")}]`;
    case "json_string":
    case "json_number":
      return textOf(value.span);
    case "json_bool":
      return String(value.value);
    case "json_null":
      return "null";
  }
}
