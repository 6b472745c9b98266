/**
 * The form of a contract document: what `document.ts` says in types, in a schema that reads it and
 * that is published for editors as docs/schemas/contract.schema.json. Only the form: what the values
 * mean is checked in `values.ts`, what the schemas inside say in `schemas.ts`.
 */
import * as z from "zod/mini";

const LONGEST_TEXT = 4000;
const LONGEST_VALIDITY_DAYS = 3650;

/** What the published schema says beside the form itself. */
export const notes = z.registry<{ readonly description: string; readonly examples?: readonly unknown[] }>();

/** The words of `issue.message` complete "must be …". */
const must = (words: string) => ({ error: words });

let line: z.ZodMiniString | null = null;

function text(description: string, examples?: readonly unknown[]) {
  line ??= z
    .string()
    .check(
      z.minLength(1, must("text that is not empty")),
      z.maxLength(LONGEST_TEXT, must(`text of at most ${LONGEST_TEXT} characters`)),
    );
  return line.clone().register(notes, { description, ...(examples === undefined ? {} : { examples }) });
}

function some<T extends z.ZodMiniType>(item: T, description: string) {
  return z
    .array(item)
    .check(z.minLength(1, must("a list with at least one item")))
    .register(notes, { description });
}

function build() {
  const jsonSchema = (description: string) =>
    z
      .union([z.boolean(), z.record(z.string(), z.unknown())], must("a JSON Schema: an object, true or false"))
      .register(notes, { description });
  const pointer = (description: string, examples: readonly string[]) =>
    z.string().register(notes, { description, examples });
  const yesNo = (description: string) => z.enum(["yes", "no", "unknown"]).register(notes, { description });

  const verification = z
    .strictObject({
      status: z
        .enum(["verified", "pending_review"])
        .register(notes, { description: "pending_review until somebody has checked the area against a source" }),
      source: z
        .array(
          z.strictObject({
            title: text("What the source is called"),
            address: z.exactOptional(text("Where it is found", ["https://example.com/docs"])),
            file: z.exactOptional(text("A copy of it in this project, relative to the project's root")),
            digest: z.exactOptional(text("sha256- and 64 hexadecimal digits, over what was read")),
          }),
        )
        .register(notes, { description: "What the area was, or is to be, checked against" }),
      checker: z.exactOptional(text("Who checked: a person, a team or a command")),
      day: z.exactOptional(text("The day of the check", ["2026-11-22"])),
      validDays: z.exactOptional(
        z
          .int(must("a whole number of days"))
          .check(
            z.minimum(1, must("at least 1 day")),
            z.maximum(LONGEST_VALIDITY_DAYS, must(`at most ${LONGEST_VALIDITY_DAYS} days`)),
          )
          .register(notes, { description: "For how many days the check stands" }),
      ),
      notes: z.exactOptional(text("What is not known, in words")),
    })
    .register(notes, { description: "Whether, by whom and against what this area was checked" });

  const condition = z.strictObject({
    signal: text("What such a failure is", ["quota_exhausted", "context_overflow", "auth_or_account"]),
    status: z.exactOptional(
      some(
        z.union([z.number(), z.string()], must('a status such as 429, or a hundred of them such as "5xx"')),
        'Statuses; "5xx" stands for 500 to 599',
      ),
    ),
    code: z.exactOptional(
      some(z.union([z.string(), z.number()], must("text or a number")), "Values of `code` in the error object"),
    ),
    type: z.exactOptional(some(z.string(), "Values of `type` in the error object")),
    param: z.exactOptional(some(z.string(), "Values of `param` in the error object")),
    message: z.exactOptional(
      some(text("A part of the message"), "The message contains one of these, letter case aside"),
    ),
    inBand: z.exactOptional(
      z
        .literal(true)
        .register(notes, { description: "The error came under a status from 200 to 299, streams included" }),
    ),
    body: z.exactOptional(
      z.literal("html").register(notes, { description: "The body is a page of HTML; its title is its message" }),
    ),
    header: z.exactOptional(
      z
        .record(
          z.string(),
          z.union(
            [z.literal("present"), z.array(text("What the value begins with")).check(z.minLength(1))],
            must('"present", or a list of what its value begins with'),
          ),
        )
        .register(notes, {
          description: "By name: the header is there, or its value begins with one of these, letter case aside",
        }),
    ),
    retryable: z.exactOptional(yesNo("Would the same call, repeated, perhaps succeed?")),
    charged: z.exactOptional(yesNo("May such a call be on the bill? Left out: as `limits.charges.failed` says")),
    note: z.exactOptional(text("Where this is known from")),
  });

  const header = z.strictObject({
    description: z.exactOptional(text("What the header says")),
    retryHint: z.exactOptional(
      z.enum(["seconds_or_date", "milliseconds", "duration", "epoch_seconds"]).register(notes, {
        description: "How a header that asks for a wait is written; left out for headers that do not ask",
      }),
    ),
    enum: z.exactOptional(some(z.string(), "Every value that the header can have")),
  });

  const price = z.strictObject({
    currency: text("The currency that the prices are in", ["USD"]),
    input: z
      .number()
      .check(z.minimum(0, must("at least 0")))
      .register(notes, { description: "For 1M tokens in" }),
    output: z
      .number()
      .check(z.minimum(0, must("at least 0")))
      .register(notes, { description: "For 1M tokens out" }),
  });

  return z
    .strictObject({
      $schema: z.exactOptional(z.string().register(notes, { description: "The schema of this form, for editors" })),
      fbp: z.literal(1).register(notes, { description: "Version of this form" }),
      extends: z.exactOptional(
        text("The contract that this one is laid over, relative to this file", ["./openai-compatible.contract.json"]),
      ),
      name: text("What the provider is called in messages", ["local"]),
      title: z.exactOptional(text("The provider, in words")),
      endpoint: z
        .strictObject({
          verification,
          baseUrl: text("https, or http to this machine; no key, query or fragment", ["https://api.example.com"]),
          path: text("Put behind the base address", ["/v1/chat/completions"]),
          headers: z.exactOptional(
            z
              .record(z.string(), z.string())
              .register(notes, { description: "Headers that every call carries; never a key" }),
          ),
        })
        .register(notes, { description: "Where the calls go" }),
      auth: z
        .strictObject({
          verification,
          header: text("The header that carries the key", ["authorization"]),
          scheme: z.string().register(notes, { description: 'Put before the key; "" for none', examples: ["Bearer"] }),
          env: z
            .nullable(z.string())
            .register(notes, { description: "Name of the environment variable that holds the key; null for none" }),
        })
        .register(notes, { description: "How a call says who it is from" }),
      request: z
        .strictObject({
          verification,
          schema: jsonSchema("JSON Schema 2020-12 of the request's body"),
          model: text("The field that selects the model", ["model"]),
          stream: z.exactOptional(text("The field that asks for a stream", ["stream"])),
          prompt: text("The field that holds the prompt", ["messages"]),
          outputLimits: z
            .array(text("A field that limits the output"))
            .register(notes, { description: "Fields that limit the output; the first that is there counts" }),
        })
        .register(notes, { description: "What a call holds" }),
      response: z
        .strictObject({
          verification,
          schema: jsonSchema("JSON Schema 2020-12 of a usable response's body"),
          answer: some(
            pointer("A place", ["/choices/0/message/content"]),
            "An answer is there when one of these places holds something that is not null and not empty",
          ),
          finishReason: pointer("Where the finish reason stands", ["/choices/0/finish_reason"]),
          cutReasons: z
            .array(z.string())
            .register(notes, { description: "Finish reasons of an answer that was cut off", examples: [["length"]] }),
          refusedReasons: z.exactOptional(
            z.array(z.string()).register(notes, {
              description: "Finish reasons by which the provider's safety system refuses",
              examples: [["content_filter"]],
            }),
          ),
          usage: z
            .strictObject({
              input: pointer("Tokens in", ["/usage/prompt_tokens"]),
              output: pointer("Tokens out", ["/usage/completion_tokens"]),
            })
            .register(notes, { description: "Where the usage stands" }),
          requestIdHeader: z.exactOptional(text("The header that names the request", ["x-request-id"])),
          stream: z.exactOptional(
            z
              .strictObject({
                format: z.literal("sse"),
                chunk: jsonSchema("JSON Schema 2020-12 of one chunk"),
                end: z
                  .nullable(z.string())
                  .register(notes, { description: "The data that ends the stream", examples: ["[DONE]"] }),
              })
              .register(notes, { description: "How a streamed answer is written" }),
          ),
        })
        .register(notes, { description: "What a usable answer looks like" }),
      errors: z
        .strictObject({
          verification,
          at: some(
            pointer("A place", ["/error", ""]),
            'Where the error object may stand in a body, in this order; "" is the body itself',
          ),
          schema: jsonSchema("JSON Schema 2020-12 of the error object"),
          conditions: z
            .array(condition)
            .register(notes, { description: "Documented error conditions; the first whose keys all hold counts" }),
        })
        .register(notes, { description: "How the provider says that a call failed" }),
      limits: z
        .strictObject({
          verification,
          headers: z
            .record(z.string(), header)
            .register(notes, { description: "Response headers that the provider documents, by name in lower case" }),
          charges: z
            .strictObject({
              failed: yesNo("Can a call that the provider answered with an error be charged? unknown is read as yes"),
              aborted: yesNo("Can a call that was cut off after it was sent be charged? unknown is read as yes"),
            })
            .register(notes, { description: "Whether attempts without an answer can be on the bill" }),
          prices: z.exactOptional(
            z.record(z.string(), price).register(notes, { description: "Prices for 1M tokens, by model" }),
          ),
        })
        .register(notes, { description: "Rate limits and billing" }),
      $defs: z.exactOptional(
        z
          .record(z.string(), jsonSchema("A schema for `$ref`"))
          .register(notes, { description: 'Schemas that others refer to as "#/$defs/NAME"' }),
      ),
    })
    .register(notes, { description: "An fbp contract: what is known of one provider's API, area by area" });
}

type ContractSchema = ReturnType<typeof build>;

let built: ContractSchema | null = null;

/** Built at the first call: most commands never read a contract. */
export function contractSchema(): ContractSchema {
  built ??= build();
  return built;
}
