import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Source } from "./source.ts";

const digests = new WeakMap<Source, string>();

/**
 * SHA-256 of the text in UTF-8, as `sha256-` and 64 hexadecimal digits. Lines count as ended by LF, and a mark at
 * the beginning of a file as nothing: git may write both otherwise on another machine.
 */
export function digestOf(source: Source): string {
  let digest = digests.get(source);
  if (digest === undefined) {
    digest = digestText(source.text.replace(/^\uFEFF/u, "").replace(/\r\n?/gu, "\n"));
    digests.set(source, digest);
  }
  return digest;
}

export function digestText(text: string): string {
  return digestBytes(utf8ToBytes(text));
}

/** As `sha256sum` would: over the bytes as they are. */
export function digestBytes(bytes: Uint8Array): string {
  return `sha256-${bytesToHex(sha256(bytes))}`;
}

export function isDigest(text: string): boolean {
  return /^sha256-[0-9a-f]{64}$/u.test(text);
}

/** One digest over files, by name: the order in which they were read does not matter. */
export function digestAll(sources: readonly Source[]): string {
  const lines = sources.map((source) => `${JSON.stringify(source.name)} ${digestOf(source)}\n`);
  return digestText(lines.sort().join(""));
}
