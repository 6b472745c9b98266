/** Configs of Portkey, as people might have them. */
import fc from "fast-check";
import { maybe, small } from "./litellm.ts";

const statuses = maybe(fc.uniqueArray(fc.constantFrom(401, 408, 429, 500, 502, 503, 504), { minLength: 1 }));

const leaf = fc.record({
  provider: fc.constantFrom("openai", "groq", "@azure-openai-eu", "bedrock"),
  override_params: maybe(fc.record({ model: fc.constantFrom("a", "b", "@mistral-ai-x/c") })),
  retry: maybe(fc.record({ attempts: small(5), on_status_codes: statuses })),
  request_timeout: maybe(fc.constantFrom(500, 20_000)),
  weight: maybe(fc.constantFrom(0, 0.2, 3)),
  cb_config: maybe(
    fc.record({ failure_threshold: maybe(small(4)), failure_threshold_percentage: maybe(fc.constantFrom(0, 20, 100)) }),
  ),
});

const group = (inner: fc.Arbitrary<object>) =>
  fc.record({
    name: maybe(fc.constantFrom("one", "two")),
    strategy: fc.record({
      mode: fc.constantFrom("fallback", "loadbalance", "conditional", "single"),
      on_status_codes: statuses,
    }),
    targets: fc.array(inner, { minLength: 1, maxLength: 2 }),
  });

export const portkey = fc.oneof(leaf, group(fc.oneof(leaf, group(leaf))));
