/** What a scenario's world says and asks where the scenario does not spell it out. */
import type { Contract, JsonPointer } from "../contract/document.ts";
import { typeOf } from "../types/from-schema.ts";
import { sampleOf, type Wanted } from "./sample.ts";

/** The usage that a canonical answer reports, in tokens. */
export const CANONICAL_USAGE = { input: 10, output: 5 } as const;

/**
 * A usable answer, made from the contract: fits the response schema, says something, is finished,
 * and reports `CANONICAL_USAGE`. Checks that a policy adds to `accept` may still refuse it.
 * @param root the contract's document, against which `$ref` resolves
 */
export function canonicalAnswer(contract: Contract, root: unknown): unknown {
  const { response } = contract;
  const type = typeOf(root, "/response/schema");
  const finish: Wanted = { kind: "leaf", values: ["stop"], avoid: response.cutReasons };
  const common: readonly (readonly [JsonPointer, Wanted])[] = [
    [response.finishReason, finish],
    [response.usage.input, leaf(CANONICAL_USAGE.input)],
    [response.usage.output, leaf(CANONICAL_USAGE.output)],
  ];
  const samples = response.answer.map((place) => sampleOf(type, tree([[place, leaf("ok")], ...common])));
  const full = samples.find((sample) => sample.placed === common.length + 1);
  return (full ?? samples[0] ?? sampleOf(type, tree(common))).value;
}

/**
 * A chunk of a streamed answer, made from the contract: fits the chunk schema, and says this. The last one has
 * the finish reason and `CANONICAL_USAGE`.
 */
export function canonicalChunk(
  { response }: Contract,
  root: unknown,
  { content, finished = false }: { readonly content: string; readonly finished?: boolean },
): object {
  const reason: Wanted = finished
    ? { kind: "leaf", values: ["stop"], avoid: response.cutReasons }
    : { kind: "leaf", values: [null], avoid: [] };
  const usage = [
    [response.usage.input, leaf(CANONICAL_USAGE.input)],
    [response.usage.output, leaf(CANONICAL_USAGE.output)],
  ] as const;
  const wanted = tree([
    ["/choices/0/index", leaf(0)],
    ["/choices/0/delta/role", leaf("assistant")],
    ["/choices/0/delta/content", leaf(content)],
    ["/choices/0/finish_reason", reason],
    ...(finished ? usage : []),
  ]);
  return Object(sampleOf(typeOf(root, "/response/stream/chunk"), wanted).value);
}

/** A small request without tools: one message of the user, or a short prompt. */
export function canonicalRequest(contract: Contract, root: unknown): unknown {
  const place = `/${contract.request.prompt.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const type = typeOf(root, "/request/schema");
  const message = sampleOf(
    type,
    tree([
      [`${place}/0/role`, leaf("user")],
      [`${place}/0/content`, leaf("hello")],
    ]),
  );
  return message.placed === 2 ? message.value : sampleOf(type, tree([[place, leaf("hello")]])).value;
}

function leaf(value: unknown): Wanted {
  return { kind: "leaf", values: [value], avoid: [] };
}

/** Of several wants the one that comes first keeps a place. */
function tree(wants: readonly (readonly [JsonPointer, Wanted])[]): Wanted {
  const groups = new Map<string | number, (readonly [JsonPointer, Wanted])[]>();
  for (const [pointer, wanted] of wants) {
    if (pointer === "") return wanted;
    const [head = "", ...rest] = pointer.slice(1).split("/");
    const name = head.replaceAll("~1", "/").replaceAll("~0", "~");
    const key = /^(?:0|[1-9]\d*)$/.test(name) ? Number(name) : name;
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, [rest.map((part) => `/${part}`).join(""), wanted]]);
  }
  return { kind: "below", children: new Map([...groups].map(([key, group]) => [key, tree(group)])) };
}
