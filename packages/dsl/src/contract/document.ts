/**
 * The contract: what is known of one provider's API, area by area (section "Contracts" of
 * docs/language.md). This is the shape after it was read; `schema.ts` holds the zod schema that reads
 * it. All JSON Schemas in it may use `$ref: "#/$defs/…"`, resolved against the document's own root.
 */
export type AreaName = "endpoint" | "auth" | "request" | "response" | "errors" | "limits";

export const AREA_NAMES: readonly AreaName[] = ["endpoint", "auth", "request", "response", "errors", "limits"];

export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** A JSON Pointer (RFC 6901): "" is the whole document. */
export type JsonPointer = string;

export interface Verification {
  readonly status: "verified" | "pending_review";
  /** What it was, or is to be, checked against. */
  readonly source: readonly {
    readonly title: string;
    readonly address?: string;
    readonly file?: string;
    readonly digest?: string;
  }[];
  readonly checker?: string;
  /** ISO day, `2026-11-22`. */
  readonly day?: string;
  /** For how many days the check stands. */
  readonly validDays?: number;
  /** What is not known, in words. */
  readonly notes?: string;
}

export interface Contract {
  /** The schema of this form, for editors. */
  readonly $schema?: string;
  /** Version of the document's form. */
  readonly fbp: 1;
  /** The contract that this one is laid over, relative to this file; see `overlay.ts`. */
  readonly extends?: string;
  readonly name: string;
  readonly title?: string;
  readonly endpoint: {
    readonly verification: Verification;
    readonly baseUrl: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly auth: {
    readonly verification: Verification;
    readonly header: string;
    readonly scheme: string;
    /** Name of the environment variable that holds the key; null where the provider takes none. */
    readonly env: string | null;
  };
  readonly request: {
    readonly verification: Verification;
    readonly schema: JsonSchema;
    /** Top-level request fields. */
    readonly model: string;
    readonly stream?: string;
    readonly prompt: string;
    readonly outputLimits: readonly string[];
  };
  readonly response: {
    readonly verification: Verification;
    readonly schema: JsonSchema;
    /** An answer is there when one of these places holds something that is not null and not empty. */
    readonly answer: readonly JsonPointer[];
    readonly finishReason: JsonPointer;
    /** Finish reasons of an answer that was cut; every other one is complete. */
    readonly cutReasons: readonly string[];
    /** Finish reasons of an answer that the provider's safety system refused or cut: `content_refused`. */
    readonly refusedReasons?: readonly string[];
    readonly usage: { readonly input: JsonPointer; readonly output: JsonPointer };
    readonly requestIdHeader?: string;
    readonly stream?: { readonly format: "sse"; readonly chunk: JsonSchema; readonly end: string | null };
  };
  readonly errors: {
    readonly verification: Verification;
    /** Where the error object may stand in a body, in this order. */
    readonly at: readonly JsonPointer[];
    readonly schema: JsonSchema;
    readonly conditions: readonly ErrorCondition[];
  };
  readonly limits: {
    readonly verification: Verification;
    /** Response headers that the provider documents, by name in lower case. */
    readonly headers: Readonly<Record<string, DocumentedHeader>>;
    /** Can such an attempt be on the bill? `unknown` is treated as `yes`. */
    readonly charges: { readonly failed: Claim; readonly aborted: Claim };
    /** For a million tokens, by model. */
    readonly prices?: Readonly<
      Record<string, { readonly currency: string; readonly input: number; readonly output: number }>
    >;
  };
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

export interface DocumentedHeader {
  readonly description?: string;
  /** How a header that asks for a wait is written; left out for headers that do not ask. */
  readonly retryHint?: "seconds_or_date" | "milliseconds" | "duration" | "epoch_seconds";
  readonly enum?: readonly string[];
}

/** What the provider says, or what nobody has found out. */
export type Claim = "yes" | "no" | "unknown";

/**
 * A documented error condition: all tests that are given must hold; a list holds when one of it does.
 * Of a call whose transport failed none holds.
 */
export interface ErrorCondition {
  readonly signal: string;
  /** `"5xx"` stands for 500 to 599. */
  readonly status?: readonly (number | string)[];
  /** The error came under a status from 200 to 299: in a whole answer, or in a chunk of a stream. */
  readonly inBand?: true;
  /** Compared as they are: 429 is not "429". */
  readonly code?: readonly (string | number)[];
  readonly type?: readonly string[];
  readonly param?: readonly string[];
  /** The message contains one of these, letter case aside. */
  readonly message?: readonly string[];
  /** The body is a page of HTML, as proxies send; its title is its message. */
  readonly body?: "html";
  /** By name: the header is there, or its value begins with one of these, letter case aside. */
  readonly header?: Readonly<Record<string, HeaderTest>>;
  /** Would the same call, repeated, perhaps succeed? Agrees with what the class of `signal` permits. */
  readonly retryable?: Claim;
  /** May such an attempt be on the bill? Left out: as `limits.charges.failed` says. */
  readonly charged?: Claim;
  /** Where this is known from. */
  readonly note?: string;
}

export type HeaderTest = "present" | readonly string[];

/** The keys of a condition that ask something of a failure. */
export const CONDITION_TESTS = ["status", "inBand", "code", "type", "param", "message", "body", "header"] as const;
