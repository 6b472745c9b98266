import { expectTypeOf, test } from "vitest";
import type { Policy } from "./core/policy.ts";
import type {
  Adapter,
  AdapterOptions,
  AnyPolicyTypes,
  Completion,
  createFallback,
  Fallback,
  FallbackOptions,
  FullAdapter,
  TypedPolicy,
} from "./index.ts";

interface Chat {
  readonly request: { readonly messages: readonly string[] };
  readonly chunk: { readonly choices: readonly unknown[] };
  readonly response: { readonly text: string };
  readonly context: { readonly tier?: "free" | "paid" };
  readonly adapters: Readonly<Record<string, never>>;
  readonly path: "primary" | "backup";
  readonly reason: "primary_timeout" | "failed";
  readonly page: "team";
  readonly notify: never;
  readonly queue: "later" | "jobs";
}

interface NeedsContext extends Omit<Chat, "context"> {
  readonly context: { readonly tier: "free" | "paid" };
}

type Made<Given> = Given extends TypedPolicy<infer Types> ? Fallback<Types> : never;

test("the policy's types are those of its requests, answers and outcomes", () => {
  expectTypeOf<Made<TypedPolicy<Chat>>>().toEqualTypeOf<Fallback<Chat>>();
  expectTypeOf<Parameters<typeof createFallback<Chat>>[0]>().toEqualTypeOf<TypedPolicy<Chat>>();
  expectTypeOf<Parameters<Fallback<Chat>["complete"]>[0]>().toEqualTypeOf<Chat["request"]>();
  expectTypeOf<Awaited<ReturnType<Fallback<Chat>["complete"]>>>().toEqualTypeOf<Completion<Chat>>();
  expectTypeOf<Completion<Chat>["response"]>().toEqualTypeOf<Chat["response"] | null>();
  expectTypeOf<Completion<Chat>["outcome"]["reason"]>().toEqualTypeOf<Chat["reason"] | null>();
  expectTypeOf<Extract<Completion<Chat>, { kind: "answer" }>["response"]>().toEqualTypeOf<Chat["response"]>();
  expectTypeOf<Extract<Completion<Chat>, { kind: "deferred" }>["to"]>().toEqualTypeOf<"later" | "jobs">();
  type PageHook = NonNullable<NonNullable<FallbackOptions<Chat>["hooks"]>["page"]>;
  expectTypeOf<Parameters<PageHook>[0]>().toEqualTypeOf<"team">();
  expectTypeOf<Parameters<PageHook>[1]["reason"]>().toEqualTypeOf<Chat["reason"] | null>();
});

test("a client has the types of the policy that it is made from", () => {
  const made = (make: typeof createFallback, policy: TypedPolicy<Chat>, options: FallbackOptions) => {
    return make(policy, options);
  };
  const untyped = (make: typeof createFallback, policy: Policy, options: FallbackOptions) => make(policy, options);
  expectTypeOf<ReturnType<typeof made>>().toEqualTypeOf<Fallback<Chat>>();
  expectTypeOf<ReturnType<typeof untyped>>().toEqualTypeOf<Fallback<AnyPolicyTypes>>();
});

test("the context is needed where a field of it has no default", () => {
  expectTypeOf<[Chat["request"]]>().toExtend<Parameters<Fallback<Chat>["complete"]>>();
  expectTypeOf<[Chat["request"]]>().not.toExtend<Parameters<Fallback<NeedsContext>["complete"]>>();
  expectTypeOf<[Chat["request"], { context: { tier: "paid" } }]>().toExtend<
    Parameters<Fallback<NeedsContext>["complete"]>
  >();
});

test("the adapters are needed where paths name some", () => {
  type Short = Adapter<Chat["request"], { readonly text: string }, { readonly said: string }, Chat["response"]>;
  type Options<Adapters extends object> = AdapterOptions<Omit<Chat, "adapters"> & { readonly adapters: Adapters }>;
  expectTypeOf<Record<never, never>>().toExtend<AdapterOptions<Chat>>();
  expectTypeOf<Record<never, never>>().toExtend<AdapterOptions<AnyPolicyTypes>>();
  expectTypeOf<Record<never, never>>().not.toExtend<Options<{ readonly short: Short }>>();
  expectTypeOf<{ adapters: { short: Short } }>().toExtend<Options<{ readonly short: Short }>>();
});

test("an adapter goes from the service's form to the path's, and back", () => {
  type Full = FullAdapter<{ readonly asked: string }, { readonly text: string }, string, number>;
  expectTypeOf<{ request: (request: { asked: string }) => { text: string } }>().not.toExtend<Full>();
  expectTypeOf<{
    request: (request: { asked: string }) => { text: string };
    response: (response: string) => number;
  }>().toExtend<Full>();
  expectTypeOf<{ request: (request: { other: string }) => { text: string } }>().not.toExtend<Adapter<Full, Full>>();
});

test("a policy without types takes any object", () => {
  expectTypeOf<Policy>().toExtend<TypedPolicy>();
  expectTypeOf<[object]>().toExtend<Parameters<Fallback["complete"]>>();
});
