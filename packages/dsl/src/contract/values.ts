/**
 * What the values of a contract mean: addresses, header names, places. Each check reads what is there
 * and passes over what has the wrong form, which was reported already.
 */
import { HEADER_NAME, TRANSPORT_HEADERS } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { readable } from "./form.ts";
import type { JsonDocument } from "./json.ts";
import { below, parsePointer, valueAt } from "./pointer.ts";

export function checkValues(document: JsonDocument, report: Report): void {
  const checks = new Values(document, report);
  checks.baseUrl();
  checks.path();
  checks.auth();
  checks.fixedHeaders();
  checks.pointers();
  checks.documentedHeaders();
}

const HEADER_TEXT = /^[\x20-\x7e]*$/u;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const CARRIES_KEY = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?(?:goog-)?api-?key|x-auth-token)$/u;
class Values {
  readonly #document: JsonDocument;
  readonly #report: Report;

  constructor(document: JsonDocument, report: Report) {
    this.#document = document;
    this.#report = report;
  }

  baseUrl(): void {
    const text = this.#text("endpoint", "baseUrl");
    if (text === null || text === "") return;
    const why = whyNotBase(text);
    if (why !== null) this.#report.add("FBP3020", this.#document.spanOf("/endpoint/baseUrl"), { why });
  }

  path(): void {
    const text = this.#text("endpoint", "path");
    if (text === null || text === "") return;
    const why = whyNotPath(text);
    if (why !== null) this.#report.add("FBP3021", this.#document.spanOf("/endpoint/path"), { why });
  }

  auth(): void {
    this.#headerName(this.#text("auth", "header"), "/auth/header");
    this.#headerText(this.#text("auth", "scheme"), ["auth", "scheme"]);
    const env = this.#text("auth", "env");
    if (env !== null && !/^[A-Z_][A-Z0-9_]{0,127}$/u.test(env)) {
      this.#report.add("FBP3022", this.#document.spanOf("/auth/env"), {});
    }
    this.#headerName(this.#text("response", "requestIdHeader"), "/response/requestIdHeader");
  }

  fixedHeaders(): void {
    const keyHeader = this.#text("auth", "header")?.toLowerCase();
    for (const name of this.#keys("endpoint", "headers")) {
      const pointer = below("/endpoint/headers", name);
      this.#headerName(name, pointer);
      this.#headerText(this.#text("endpoint", "headers", name), ["endpoint", "headers", name]);
      const lower = name.toLowerCase();
      const why = TRANSPORT_HEADERS.has(lower)
        ? "the client sets it itself"
        : lower === keyHeader || CARRIES_KEY.test(lower)
          ? "it carries a key, which comes from the environment variable in `auth.env`"
          : null;
      if (why !== null) this.#report.add("FBP3026", this.#document.keySpanOf(pointer), { name, why });
    }
  }

  pointers(): void {
    const single = [
      ["response", "finishReason"],
      ["response", "usage", "input"],
      ["response", "usage", "output"],
    ];
    const lists = [
      ["response", "answer"],
      ["errors", "at"],
    ];
    for (const path of [...single, ...lists.flatMap((path) => this.#items(path))]) {
      const pointer = this.#text(...path);
      if (pointer !== null && parsePointer(pointer) === null) {
        this.#report.add("FBP3027", this.#document.spanOf(below("", ...path)), { pointer });
      }
    }
  }

  documentedHeaders(): void {
    for (const name of this.#keys("limits", "headers")) {
      const pointer = below("/limits/headers", name);
      if (!this.#headerName(name, pointer)) continue;
      if (name !== name.toLowerCase()) this.#report.add("FBP3033", this.#document.keySpanOf(pointer), { name });
    }
  }

  #headerName(name: string | null, pointer: string): boolean {
    if (name === null) return false;
    if (name.length <= 256 && HEADER_NAME.test(name)) return true;
    this.#report.add("FBP3023", this.#document.keySpanOf(pointer), { name });
    return false;
  }

  #headerText(text: string | null, path: readonly string[]): void {
    if (text === null || HEADER_TEXT.test(text)) return;
    this.#report.add("FBP3024", this.#document.spanOf(below("", ...path)), { what: readable(path) });
  }

  #text(...path: readonly string[]): string | null {
    const value = valueAt(this.#document.value, path);
    return typeof value === "string" ? value : null;
  }

  #keys(...path: readonly string[]): readonly string[] {
    const value = valueAt(this.#document.value, path);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  }

  #items(path: readonly string[]): readonly (readonly string[])[] {
    const value = valueAt(this.#document.value, path);
    return Array.isArray(value) ? value.map((_, index) => [...path, String(index)]) : [];
  }
}

function whyNotBase(text: string): string | null {
  // The parser of addresses drops these without a word.
  if (/[\s\\]/u.test(text)) return "holds a blank or a backslash";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "is not an address";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return `has the scheme ${JSON.stringify(url.protocol)}, not https`;
  if (url.username !== "" || url.password !== "" || text.includes("@")) return "holds a user name or a password";
  if (text.includes("?")) return "holds a query";
  if (text.includes("#")) return "holds a fragment";
  if (url.protocol === "http:" && !LOOPBACK.has(url.hostname)) return "is plain http to another machine";
  return text.endsWith("/") ? "ends with a slash, and the endpoint path begins with one" : null;
}

function whyNotPath(text: string): string | null {
  if (!text.startsWith("/")) return "does not begin with a slash";
  if (text.startsWith("//")) return "begins with two slashes, which would name another machine";
  if (/[?#]/u.test(text)) return "holds a query or a fragment";
  if (!/^[\x21-\x7e]*$/u.test(text) || text.includes("\\")) return "holds a character that cannot stand in a path";
  return text.split("/").some((step) => /^(?:\.|%2e){1,2}$/iu.test(step)) ? "holds a step such as .. or ." : null;
}
