/**
 * The form of an evidence file: what `document.ts` says in types, in a schema that reads it and that
 * is published for editors as docs/schemas/evidence.schema.json. What the values mean is checked in `values.ts`.
 */
import * as z from "zod/mini";
import { CRITERIA, type Criterion } from "./document.ts";

const LONGEST_TEXT = 4000;
const LONGEST_VALIDITY_DAYS = 3650;

const notes = z.registry<{ readonly description: string; readonly examples?: readonly unknown[] }>();

/** The words of `issue.message` complete "must be …". */
const must = (words: string) => ({ error: words });

function text(description: string, ...examples: readonly string[]) {
  return z
    .string()
    .check(
      z.minLength(1, must("text that is not empty")),
      z.maxLength(LONGEST_TEXT, must(`text of at most ${LONGEST_TEXT} characters`)),
    )
    .register(notes, { description, ...(examples.length === 0 ? {} : { examples }) });
}

const WORDS: Readonly<Record<Criterion, string>> = {
  prompt: "The prompts do on this path what they do on the other one",
  response_format: "The answers have the form that the service reads",
  token_budget: "Prompts and answers fit the model's window and the policy's budget",
  latency_under_load: "The path answers within its timeouts while it carries the whole traffic",
  data_handling_and_safety: "What the provider does with the data, and what it lets through, is acceptable; signed",
  output_parser: "The service's own parser takes the answers",
};

function build() {
  const against = z
    .strictObject({
      policy: text("Digest of the two paths and of the checks of the answers"),
      contracts: text("Digest of what the contracts of both paths say"),
    })
    .register(notes, { description: "What was tried; `fbp check --explain` prints it as it is today" });

  const signed = z
    .strictObject({
      by: text("Name of the person", "Jo Doe, data protection"),
      day: text("The day of the signature", "2026-11-22"),
      statement: text("What the person stands for"),
    })
    .register(notes, { description: "Who stands for what a program cannot judge" });

  const record = z.strictObject({
    status: z.enum(["passed", "failed", "pending"]).register(notes, { description: "pending until it has been tried" }),
    day: z.exactOptional(text("The day of the trial", "2026-11-22")),
    validDays: z.exactOptional(
      z
        .int(must("a whole number of days"))
        .check(
          z.minimum(1, must("at least 1 day")),
          z.maximum(LONGEST_VALIDITY_DAYS, must(`at most ${LONGEST_VALIDITY_DAYS} days`)),
        )
        .register(notes, { description: "For how many days the trial stands" }),
    ),
    check: z.exactOptional(text("What was done: a command, or who tried what", "npm run parser-test")),
    against: z.exactOptional(against),
    signed: z.exactOptional(signed),
    notes: z.exactOptional(text("Remarks")),
  });

  const criteria = Object.fromEntries(
    CRITERIA.map((name) => [name, z.exactOptional(record).register(notes, { description: WORDS[name] })]),
  ) as { readonly [C in Criterion]: z.ZodMiniExactOptional<typeof record> };
  return z
    .strictObject({
      $schema: z.exactOptional(z.string().register(notes, { description: "The schema of this form, for editors" })),
      fbp: z.literal(1).register(notes, { description: "Version of this form" }),
      path: text("The path that is to stand in", "backup"),
      for: text("The path that it stands in for", "primary"),
      criteria: z.strictObject(criteria).register(notes, { description: "The six criteria; all must be passed" }),
      notes: z.exactOptional(text("Remarks")),
    })
    .register(notes, { description: "Evidence that one path of a policy may stand in for another" });
}

type EvidenceSchema = ReturnType<typeof build>;

let built: EvidenceSchema | null = null;

/** Built at the first call: most commands never read evidence. */
export function evidenceSchema(): EvidenceSchema {
  built ??= build();
  return built;
}

/** The form as a JSON Schema of draft 2020-12, with descriptions. */
export function publishedEvidenceSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(evidenceSchema(), { metadata: notes, reused: "ref" });
  return { $schema, title: "fbp evidence", ...rest };
}
