/** Models made by hand, for tests of the stages behind the checks. */
import { BUILT_IN_SIGNALS, SIGNAL } from "@fbp/runtime/core";
import type {
  AcceptModel,
  ActionModel,
  ContractModel,
  FactRoot,
  PathModel,
  PolicyModel,
  Predicate,
  Read,
  RuleModel,
  Scalar,
  SignalsLineModel,
} from "../check/model.ts";
import type { Contract, Verification } from "../contract/document.ts";
import { type Source, type Span, span } from "../source.ts";

export const POLICY_SOURCE: Source = { name: "chat.fbp", text: "policy chat {\n}\n" };
export const NOWHERE: Span = span(POLICY_SOURCE, 0, 6);

export function read(from: FactRoot, ...segments: readonly (string | number)[]): Read {
  return { kind: "read", from, segments, type: { kind: "unknown", why: "made by hand" }, optional: true };
}

export function equal(left: Read, value: Scalar): Predicate {
  return { kind: "compare", operator: "==", left, right: { kind: "value", value } };
}

export function all(...of: readonly Predicate[]): Predicate {
  return { kind: "and", of };
}

export function oneOf(left: Read, ...values: readonly Scalar[]): Predicate {
  return { kind: "in_set", left, values };
}

const PENDING: Verification = { status: "pending_review", source: [{ title: "made by hand" }] };

export const CONTRACT: Contract = {
  fbp: 1,
  name: "local",
  endpoint: { verification: PENDING, baseUrl: "http://127.0.0.1:8080", path: "/v1/chat/completions" },
  auth: { verification: PENDING, header: "authorization", scheme: "Bearer", env: "LOCAL_KEY" },
  request: {
    verification: PENDING,
    schema: {
      type: "object",
      required: ["model", "messages"],
      properties: {
        model: { type: "string" },
        messages: { type: "array", items: { $ref: "#/$defs/message" } },
        max_tokens: { type: "integer", minimum: 1 },
        tools: { type: "array" },
      },
    },
    model: "model",
    prompt: "messages",
    outputLimits: ["max_tokens"],
  },
  response: {
    verification: PENDING,
    schema: {
      type: "object",
      required: ["choices"],
      properties: {
        choices: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            properties: { message: { $ref: "#/$defs/message" }, finish_reason: { type: ["string", "null"] } },
          },
        },
        usage: {
          type: ["object", "null"],
          properties: { prompt_tokens: { type: "integer" }, completion_tokens: { type: "integer" } },
        },
      },
    },
    answer: ["/choices/0/message/content", "/choices/0/message/tool_calls"],
    finishReason: "/choices/0/finish_reason",
    cutReasons: ["length", "content_filter"],
    usage: { input: "/usage/prompt_tokens", output: "/usage/completion_tokens" },
    requestIdHeader: "x-request-id",
  },
  errors: { verification: PENDING, at: ["/error", ""], schema: { type: "object" }, conditions: [] },
  limits: {
    verification: PENDING,
    headers: { "retry-after": { retryHint: "seconds_or_date" } },
    charges: { failed: "no", aborted: "unknown" },
  },
  $defs: {
    message: {
      type: "object",
      title: "Message",
      properties: {
        role: { type: "string" },
        content: { anyOf: [{ type: "string" }, { type: "null" }, { type: "array", items: { type: "object" } }] },
        tool_calls: { type: "array" },
        refusal: { type: ["string", "null"] },
      },
    },
  },
};

const CHUNK = {
  type: "object",
  required: ["id", "choices"],
  properties: {
    id: { type: "string" },
    choices: {
      type: "array",
      items: {
        type: "object",
        required: ["delta", "finish_reason"],
        properties: {
          index: { type: "integer" },
          delta: { type: "object", properties: { role: { type: "string" }, content: { type: "string" } } },
          finish_reason: { type: ["string", "null"] },
        },
      },
    },
    usage: {
      type: "object",
      properties: { prompt_tokens: { type: "integer" }, completion_tokens: { type: "integer" } },
    },
  },
};

/** The same with streamed answers. */
export const STREAMING: Contract = {
  ...CONTRACT,
  request: { ...CONTRACT.request, stream: "stream" },
  response: { ...CONTRACT.response, stream: { format: "sse", end: "[DONE]", chunk: CHUNK } },
};

export function signalsLine(signal: number, when: Predicate | null): SignalsLineModel {
  return { signal, when, from: "policy", condition: null, span: NOWHERE };
}

export function contractModel(changes: Partial<ContractModel> = {}): ContractModel {
  const contract = changes.contract ?? CONTRACT;
  const source: Source = { name: "contracts/local.contract.json", text: JSON.stringify(contract) };
  return {
    name: "local",
    contract,
    source,
    sources: [source],
    root: contract,
    signals: [
      signalsLine(SIGNAL.transport_timeout, { kind: "is", operand: read("transport"), test: "present" }),
      signalsLine(
        SIGNAL.quota_exhausted,
        all(oneOf(read("status"), 400, 429), equal(read("error", "code"), "insufficient_quota")),
      ),
      signalsLine(SIGNAL.context_overflow, equal(read("error", "code"), "context_length_exceeded")),
      signalsLine(SIGNAL.rate_limited, equal(read("status"), 429)),
      signalsLine(SIGNAL.auth_or_account, oneOf(read("status"), 401, 403)),
      signalsLine(SIGNAL.server_error, { kind: "in_range", left: read("status"), low: 500, high: 599 }),
      signalsLine(SIGNAL.client_invalid, null),
    ],
    accept: [STANDARD],
    charges: [],
    ...changes,
  };
}

export const STANDARD: AcceptModel = { kind: "standard", name: "standard", span: NOWHERE };

export const FAIL: ActionModel = { kind: "fail", partial: false, span: NOWHERE };

export function rule(signals: readonly number[], changes: Partial<RuleModel> = {}): RuleModel {
  return {
    signals,
    beforeFirstToken: false,
    when: null,
    reason: "broken",
    actions: [FAIL],
    hooks: [],
    span: NOWHERE,
    line: 1,
    places: { selector: NOWHERE, named: true, when: null },
    ...changes,
  };
}

export function pathModel(changes: Partial<PathModel> = {}): PathModel {
  return {
    name: "primary",
    doc: null,
    span: NOWHERE,
    contract: 0,
    model: "model-a",
    account: "local",
    leastMs: 2000,
    mostMs: 8000,
    connectMs: null,
    headersMs: null,
    firstTokenMs: null,
    stallMs: null,
    contextWindow: null,
    maxOutput: 4000,
    price: null,
    adapter: null,
    rewritten: false,
    validated: null,
    breaker: null,
    slo: null,
    retryBudget: null,
    rules: [
      rule([SIGNAL.transport_timeout], {
        reason: "primary_timeout",
        actions: [{ kind: "retry", fromMs: 0, toMs: 0, span: NOWHERE }, FAIL],
      }),
      rule(BUILT_IN_SIGNALS.flatMap((signal, index) => (signal.class === "health" ? [] : [index]))),
    ],
    places: { name: NOWHERE, block: NOWHERE },
    ...changes,
  };
}

export function policyModel(changes: Partial<PolicyModel> = {}): PolicyModel {
  return {
    name: "chat",
    doc: null,
    span: NOWHERE,
    context: [],
    signals: BUILT_IN_SIGNALS,
    contracts: [contractModel()],
    paths: [pathModel()],
    start: 0,
    budget: {
      deadlineMs: 20_000,
      attempts: 3,
      retries: 1,
      fallbacks: 1,
      tokens: null,
      costNanos: null,
      currency: null,
    },
    retryBudget: null,
    repeat: { mode: "always" },
    stream: { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false },
    record: { errorFields: ["code"], errorBytes: 512, keepInvalidOutput: false },
    reasons: [],
    alerts: [],
    asserts: [],
    reliance: [],
    fallbacks: [],
    places: { name: NOWHERE, budget: {}, sharesBudget: false },
    ...changes,
  };
}
