import type { Pointer } from "@fbp/runtime/core";

/**
 * A JSON Pointer (RFC 6901) as field names and indexes: `/choices/0/message` is `["choices", 0,
 * "message"]`. A token that is a whole number is taken for an index.
 */
export function pointerSegments(pointer: string): Pointer {
  if (pointer === "") return [];
  return pointer
    .split("/")
    .slice(1)
    .map((token) => {
      if (/^(?:0|[1-9]\d{0,8})$/.test(token)) return Number(token);
      return token.replaceAll("~1", "/").replaceAll("~0", "~");
    });
}
