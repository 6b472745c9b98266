/**
 * The form of `chat.policy.json`, for whoever reads it: docs/schemas/manifest.schema.json is made of
 * this. Fields are only ever added while `version` stays.
 */
import * as z from "zod/mini";
import { AREA_NAMES } from "../contract/document.ts";
import { CRITERIA, type Criterion } from "../evidence/document.ts";

const about = z.registry<{ readonly description: string }>();

function noted<T extends z.ZodMiniType>(schema: T, description: string): T {
  about.add(schema, { description });
  return schema;
}

const digest = () => z.string().check(z.regex(/^sha256-[0-9a-f]{64}$/));
const fileDigest = noted(digest(), "SHA-256 over the file's text in UTF-8");
const count = z.int().check(z.minimum(0));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const file = noted(z.string(), "Relative to the project's root, with forward slashes");

const area = z.strictObject({
  area: z.enum(AREA_NAMES as [(typeof AREA_NAMES)[number], ...(typeof AREA_NAMES)[number][]]),
  state: noted(z.enum(["verified", "pending", "expired"]), "As of the manifest's day"),
  until: noted(z.nullable(day), "The last day on which the check stands, or stood; null where nobody has checked"),
});

const money = z.strictObject({
  nanos: noted(count, "In units of 10^-9 of the currency"),
  currency: z.string(),
});

const subject = z.strictObject({
  policy: noted(digest(), "Over both paths and the checks of the target's answers"),
  contracts: noted(digest(), "Over what the contracts of both paths say"),
});

const fallback = z.strictObject({
  path: noted(z.string(), "The target of a fallback"),
  for: noted(z.string(), "The path that it stands in for"),
  eligible: noted(z.boolean(), "Does evidence show all six criteria, for the paths as they are and on the day?"),
  evidence: noted(z.nullable(z.strictObject({ file, digest: fileDigest })), "Null where there is none to be read"),
  subject: noted(z.nullable(subject), "What evidence must be about: the `against` of a trial made today"),
  criteria: z.array(
    z.strictObject({
      criterion: z.enum(CRITERIA as [Criterion, ...Criterion[]]),
      state: noted(
        z.enum(["passed", "missing", "pending", "failed", "stale", "expired", "ahead"]),
        "`missing`: nothing is said of it; `stale`: it was tried on what has changed since; `ahead`: it is dated after the day",
      ),
      until: noted(z.nullable(day), "The last day on which the trial stands, or stood; null where there is none"),
    }),
  ),
});

const range = z.strictObject({ least: count, most: count });

const bounds = z.strictObject({
  attempts: noted(count, "Calls of one request: no budget, no rule lets it make more"),
  retries: count,
  fallbacks: count,
  elapsedMs: noted(count, "From the request to its outcome"),
  tokens: z.nullable(count),
  cost: z.nullable(money),
  exact: noted(
    z.strictObject({ attempts: z.boolean(), elapsedMs: z.boolean(), tokens: z.boolean(), cost: z.boolean() }),
    "Has a request been played that comes to it? Else what can happen may be less. False where nothing limits it",
  ),
  least: noted(
    z.strictObject({ attempts: count, elapsedMs: count, tokens: z.nullable(count), cost: z.nullable(money) }),
    "The best that can happen to one request",
  ),
  amplification: noted(count, "Calls of one request while no path answers: what a full outage makes of each"),
  byReason: noted(
    z.array(
      z.strictObject({
        reason: noted(z.nullable(z.string()), "The outcome's; null: an undisturbed answer"),
        results: noted(z.array(z.string()), "How such a request can end: `answer`, `failure`, …"),
        attempts: range,
        elapsedMs: range,
        tokens: z.nullable(range),
        cost: z.nullable(z.strictObject({ least: count, most: count, currency: z.string() })),
      }),
    ),
    "The same for each reason that an outcome can carry; empty where the policy is too large to be explored",
  ),
});

const policy = z.strictObject({
  name: z.string(),
  doc: z.nullable(z.string()),
  start: noted(z.string(), "The path that a request starts on"),
  paths: z.array(
    z.strictObject({
      name: z.string(),
      contract: z.string(),
      model: z.string(),
      account: noted(z.string(), "Whose bill it is"),
      timeoutMs: z.strictObject({ least: count, most: count }),
      evidence: noted(z.nullable(file), "The file that `validated for` names"),
    }),
  ),
  reasons: z.array(
    z.strictObject({ code: z.string(), text: noted(z.nullable(z.string()), "What `reason` says of the code") }),
  ),
  signals: z.array(z.strictObject({ name: z.string(), class: z.string() })),
  relies: noted(
    z.array(
      z.strictObject({
        contract: z.string(),
        ...area.def.shape,
        by: z.array(z.strictObject({ what: z.string(), file, line: z.int().check(z.minimum(1)) })),
      }),
    ),
    "The areas that the policy relies on, each with the constructs that do",
  ),
  fallbacks: noted(z.array(fallback), "The paths that fallbacks name, each with what its evidence shows"),
  bounds: noted(bounds, "What can happen to one request at most, and at least; what nothing limits is null"),
});

export const manifestSchema = noted(
  z.strictObject({
    version: z.literal(1),
    compiler: noted(z.string(), "Version of fbp"),
    format: noted(count, "Version of the compiled policy, which the runtime must know"),
    digest: noted(digest(), "Over all sources and contracts; each outcome carries it"),
    profile: z.enum(["development", "production"]),
    asOf: noted(day, "The day on which verifications were judged"),
    sources: noted(z.array(z.strictObject({ file, digest: fileDigest })), "Every file that was compiled"),
    consulted: noted(
      z.array(
        z.strictObject({
          file,
          digest: noted(digest(), "SHA-256 over the file's bytes"),
          as: noted(z.enum(["evidence", "source"]), "`source`: a copy of what an area was verified against"),
        }),
      ),
      "Files that the judgement hangs on and that are no part of the policies",
    ),
    contracts: z.array(z.strictObject({ name: z.string(), file, digest: fileDigest, areas: z.array(area) })),
    policies: z.array(policy),
  }),
  "What a compiled policy was made of, and what is known of it",
);

export type Manifest = z.infer<typeof manifestSchema>;

/** The JSON Schema, draft 2020-12. */
export function manifestJsonSchema(): unknown {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, { metadata: about, reused: "inline" });
  return { $schema, title: "Manifest of a compiled fbp policy", ...schema };
}
