/** Configurations of LiteLLM, as people might have them. */
import fc from "fast-check";

const NAMES = ["gpt-4o", "mini", "4o mini!", "retry", "großes", "backup"] as const;
const MODELS = ["openai/gpt-4o", "gpt-4o", "azure/eu", "mistral/large", "anthropic/claude", 'groq/"x"'] as const;

export const small = (most: number) => fc.integer({ min: 0, max: most });
export const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });

export const litellm = fc.record({
  model_list: fc.array(
    fc.record({
      model_name: fc.constantFrom(...NAMES),
      litellm_params: fc.record({
        model: fc.constantFrom(...MODELS),
        api_base: maybe(fc.constantFrom("https://one.example/v1", "https://two.example")),
        api_key: maybe(fc.constantFrom("os.environ/KEY_A", "sk-secret-0123456789")),
        timeout: maybe(fc.constantFrom(1, 20, 0.5)),
        input_cost_per_token: maybe(fc.constantFrom(0, 2.5e-6, 1e-9)),
        output_cost_per_token: maybe(fc.constantFrom(0, 0.00001)),
        max_tokens: maybe(fc.constantFrom(0, 1000)),
        num_retries: maybe(small(3)),
      }),
      model_info: maybe(
        fc.record({
          max_input_tokens: maybe(fc.constantFrom(8000, 128_000)),
          max_output_tokens: maybe(fc.constantFrom(4096)),
        }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  router_settings: fc.record({
    num_retries: maybe(small(3)),
    timeout: maybe(fc.constantFrom(2, 30, 600)),
    allowed_fails: maybe(small(3)),
    cooldown_time: maybe(fc.constantFrom(0, 5, 60)),
    retry_after: maybe(fc.constantFrom(0, 1, 10)),
    retry_policy: maybe(fc.record({ TimeoutErrorRetries: maybe(small(3)), RateLimitErrorRetries: maybe(small(3)) })),
    context_window_fallbacks: maybe(fc.constant([{ "gpt-4o": ["backup"] }])),
    default_fallbacks: maybe(fc.array(fc.constantFrom(...NAMES), { maxLength: 2 })),
    fallbacks: fc.array(
      fc
        .tuple(fc.constantFrom(...NAMES, "*"), fc.array(fc.constantFrom(...NAMES), { maxLength: 2 }))
        .map(([from, to]) => ({ [from]: to })),
      { maxLength: 2 },
    ),
  }),
});
