/**
 * The form of a fault profile, in a schema that reads it and that is published for editors as
 * docs/schemas/profile.schema.json. What the values mean together is checked in `load.ts`.
 */
import * as z from "zod/mini";

const notes = z.registry<{ readonly description: string; readonly examples?: readonly unknown[] }>();

/** The words of `issue.message` complete "must be …". */
const must = (words: string) => ({ error: words });

/** Simulated time is bounded by this in any case. */
const MOST_RATE = 100_000;
const MOST_LISTED = 100;
const MOST_TOKENS = 10_000_000;

export const TIME = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;
export const SHARE = /^(\d{1,3}(?:\.\d{1,6})?)%$/;

/** Faults as the language names them; `hangs`: nothing is ever said. */
export const FAULTS = ["hangs", "connect", "dns", "tls", "reset"] as const;

function time(description: string, ...examples: readonly string[]) {
  return z
    .string(must("a time such as 800ms, 2.5s or 5m"))
    .check(z.regex(TIME, must("a time such as 800ms, 2.5s or 5m")))
    .register(notes, { description, examples });
}

function share(description: string, ...examples: readonly string[]) {
  return z
    .string(must("a share such as 2% or 0.5%"))
    .check(z.regex(SHARE, must("a share such as 2% or 0.5%")))
    .register(notes, { description, examples });
}

function number(description: string, least: number, most: number) {
  return z
    .number()
    .check(z.minimum(least, must(`at least ${least}`)), z.maximum(most, must(`at most ${most}`)))
    .register(notes, { description });
}

function count(description: string, most: number) {
  return z
    .int(must("a whole number"))
    .check(z.minimum(0, must("at least 0")), z.maximum(most, must(`at most ${most}`)))
    .register(notes, { description });
}

function build() {
  const period = { at: time("When it begins, from the start", "2m"), for: time("How long it lasts", "90s") };
  const trouble = {
    status: z.exactOptional(
      z
        .int(must("a status from 100 to 599"))
        .check(z.minimum(100, must("a status from 100 to 599")), z.maximum(599, must("a status from 100 to 599")))
        .register(notes, { description: "The status of the answer" }),
    ),
    code: z.exactOptional(
      z
        .union([z.string(), z.number()], must("text or a number"))
        .register(notes, { description: "`code` of the error" }),
    ),
    type: z.exactOptional(z.string().register(notes, { description: "`type` of the error" })),
    message: z.exactOptional(z.string().register(notes, { description: "`message` of the error" })),
    headers: z.exactOptional(
      z.record(z.string(), z.string()).register(notes, {
        description: "Headers of the answer",
        examples: [{ "retry-after": "5" }],
      }),
    ),
    fault: z.exactOptional(z.enum(FAULTS).register(notes, { description: "In place of a status: how the call fails" })),
    after: z.exactOptional(time("After how long it comes; left out: as long as an answer takes", "50ms")),
  };
  const list = <Item extends z.ZodMiniType>(item: Item, description: string) =>
    z.exactOptional(
      z
        .array(item)
        .check(z.maxLength(MOST_LISTED, must(`a list of at most ${MOST_LISTED}`)))
        .register(notes, { description }),
    );
  const stretch = (what: string) => z.strictObject({ ...period, by: number(what, 0.01, 1000) });
  const path = z.strictObject({
    latency: z
      .strictObject({
        p50: time("Half of the answers are quicker", "900ms"),
        p90: z.exactOptional(time("90% are quicker")),
        p95: time("95% are quicker", "2.5s"),
        p99: z.exactOptional(time("99% are quicker", "6s")),
        "p99.9": z.exactOptional(time("99.9% are quicker")),
      })
      .register(notes, { description: "How long a usable answer takes; log-normal between the percentiles" }),
    first_token: z.exactOptional(share("Of a stream: the share of its latency to its first token", "25%")),
    errors: list(
      z.strictObject({ share: share("Of the calls", "1%"), ...trouble }),
      "What comes in place of answers all the time",
    ),
    outages: list(
      z.strictObject({ ...period, share: z.exactOptional(share("Of the calls; left out: all", "80%")), ...trouble }),
      "What comes in place of answers for a while",
    ),
    slow: list(stretch("How many times as long answers take"), "Times in which answers take longer"),
    cuts: z.exactOptional(share("Of the streamed answers: those that break in the middle", "0.5%")),
  });
  const kind = z.strictObject({
    share: z.exactOptional(share("Of the requests; left out: what the others leave", "20%")),
    input: z.exactOptional(count("Tokens of the prompt", MOST_TOKENS)),
    output: z.exactOptional(count("Tokens of a usable answer", MOST_TOKENS)),
    stream: z.exactOptional(z.boolean().register(notes, { description: "Is a stream asked for?" })),
    context: z.exactOptional(
      z.record(z.string(), z.unknown()).register(notes, { description: "Fields of the policy's context" }),
    ),
  });
  return z
    .strictObject({
      $schema: z.exactOptional(z.string().register(notes, { description: "The schema of this form, for editors" })),
      fbp: z.literal(1).register(notes, { description: "Version of this form" }),
      rate: number("Requests each second on average; they come at random", 0.001, MOST_RATE),
      bursts: list(stretch("How many times as many requests come"), "Times in which more or fewer requests come"),
      requests: list(kind, "The mix of requests"),
      paths: z.record(z.string(), path).register(notes, { description: "What the world does to each path, by name" }),
    })
    .register(notes, { description: "What the world does to a policy in a simulation" });
}

export type ProfileSchema = ReturnType<typeof build>;
export type WrittenProfile = z.infer<ProfileSchema>;

let built: ProfileSchema | null = null;

/** Built at the first call: most commands never read a profile. */
export function profileSchema(): ProfileSchema {
  built ??= build();
  return built;
}

/** The form as a JSON Schema of draft 2020-12, with descriptions. */
export function publishedProfileSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(profileSchema(), { metadata: notes, reused: "inline" });
  return { $schema, title: "fbp fault profile", ...rest };
}
