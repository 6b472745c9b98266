/** The text of types and declarations, laid out as a person would. */
import { commentText, indent, keyText, quote } from "../../lower/text.ts";
import type { Field, Item, Node, ObjectNode, Union } from "./node.ts";

/** Columns of a line inside of the namespace, and of the text of a comment. */
const WIDTH = 100;

/** An object that takes no more than this stays where it is used. */
const SHORT = 60;

export interface Declaration {
  readonly name: string;
  readonly doc: string | null;
  readonly type: Node;
}

export function declarationText({ name, doc, type }: Declaration): string {
  const comment = commentOf(doc);
  if (type.kind === "object" && type.fields.length > 0) return `${comment}interface ${name} ${blockText(type)}`;
  return `${comment}${assignedText(`type ${name} =`, type)};`;
}

/** Is the object short enough to be read where it is used? */
export function isShort(node: ObjectNode): boolean {
  return node.fields.every((field) => field.doc === null) && inline(node).length <= SHORT;
}

function blockText(node: ObjectNode): string {
  const lines = [...node.fields.map(fieldText), ...restText(node)];
  return `{\n${lines.map((line) => `  ${indent(line)}\n`).join("")}}`;
}

function fieldText(field: Field): string {
  return `${commentOf(field.doc)}${assignedText(`${headOf(field)}:`, field.type)};`;
}

function headOf({ name, optional }: Field): string {
  // In a type `"__proto__"` is a name like any other.
  return `${name === "__proto__" ? quote(name) : keyText(name)}${optional ? "?" : ""}`;
}

/** Fields that are not named: said where there are no others, and where the contract speaks of them. */
function restText({ fields, rest }: ObjectNode): readonly string[] {
  if (rest === null) return [];
  if (fields.length === 0) return [`[name: string]: ${inline(rest)};`];
  // What is said of the others must hold of the named ones too.
  return rest.kind === "never" ? [] : ["[name: string]: unknown;"];
}

/** `head` and the type behind it: on one line, or its alternatives below each other. */
export function assignedText(head: string, type: Node): string {
  const line = `${head} ${inline(type)}`;
  if (line.length < WIDTH) return line;
  if (type.kind === "union") return `${head}${type.of.map((one) => alternativeText(one, type)).join("")}`;
  if (type.kind === "array" && type.item.kind === "union") {
    const { item } = type;
    return `${head} (${item.of.map((one) => alternativeText(one, item)).join("")}\n)[]`;
  }
  return type.kind === "object" ? `${head} ${blockText(type)}` : line;
}

function alternativeText(node: Node, of: Union): string {
  return `\n  | ${indent(indent(memberText(node, of)))}`;
}

function memberText(node: Node, of: Union): string {
  if (node.kind === "string") return isOpen(of) ? "(string & {})" : "string";
  if (node.kind === "object" && inline(node).length > SHORT) return blockText(node);
  return inline(node);
}

/** Texts are listed, and others may come: an editor offers the listed ones. */
function isOpen({ of }: Union): boolean {
  return of.some((node) => node.kind === "literal" && node.of === "string");
}

function inline(node: Node): string {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "named":
      return node.name;
    case "array":
      return `${grouped(node.item)}[]`;
    case "tuple":
      return `[${[...node.items.map(itemText), ...(node.rest === null ? [] : [`...${grouped(node.rest)}[]`])].join(", ")}]`;
    case "object":
      return inlineObject(node);
    case "union":
      return node.of.map((one) => memberInline(one, node)).join(" | ");
    case "intersection":
      return node.of.map(grouped).join(" & ");
    default:
      return node.kind;
  }
}

function memberInline(node: Node, of: Union): string {
  return node.kind === "string" && isOpen(of) ? "(string & {})" : inline(node);
}

function inlineObject(node: ObjectNode): string {
  // Of which nothing is known: an index signature would refuse values of declared types.
  if (node.fields.length === 0 && node.rest === null) return "object";
  const parts = [...node.fields.map((field) => `${headOf(field)}: ${inline(field.type)};`), ...restText(node)];
  return `{ ${parts.join(" ").replace(/;$/, "")} }`;
}

function itemText({ type, optional }: Item): string {
  return optional ? `${grouped(type)}?` : inline(type);
}

function grouped(node: Node): string {
  return node.kind === "union" || node.kind === "intersection" ? `(${inline(node)})` : inline(node);
}

/** A doc comment with its line break, or nothing. */
export function commentOf(doc: string | null): string {
  if (doc === null) return "";
  const lines = doc.split("\n").flatMap((line) => wrapped(commentText(line)));
  const [only] = lines;
  if (only !== undefined && lines.length === 1) return `/** ${only} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

function wrapped(line: string): readonly string[] {
  const lines = [""];
  for (const word of line.split(/\s+/)) {
    const last = lines[lines.length - 1] ?? "";
    if (last !== "" && last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
