/** Made by lookahead.test.ts from the grammar: run it with FBP_UPDATE=1 after every change of a rule. */
import type { LookaheadTable } from "./lookahead.ts";

// biome-ignore format: one place a line, however long
export const LOOKAHEAD: LookaheadTable = {
  json: {
    256: ["LCurly","LSquare","Text","Amount","true_word","false_word","null_word"],
  },
  jsonObject: {
    1280: "Text Word",
  },
  jsonMember: {
    256: ["Text","Word"],
  },
  jsonArray: {
    1280: "LCurly LSquare Text Amount true_word false_word null_word",
  },
  operand: {
    256: ["LParen","Text","Amount","true_word","false_word","null_word","before_word transport_word Word"],
  },
  named: {
    256: ["before_word","transport_word","Word","Word"],
  },
  amount: {
    256: ["Word","Word"],
    512: "Word",
  },
  call: {
    1280: "LParen Text Amount true_word false_word null_word before_word transport_word Word",
  },
  fact: {
    768: "Dot LSquare",
  },
  segment: {
    256: ["Dot","LSquare"],
    258: ["Amount","Text"],
  },
  comparison: {
    256: ["Comparator","in_word","is_word","starts_word","contains_word","has_word","not_word",""],
  },
  negatedRelation: {
    256: ["in_word","contains_word","has_word"],
  },
  membership: {
    256: ["LCurly","LParen Text Amount true_word false_word null_word before_word transport_word Word"],
    1536: "LParen Text Amount true_word false_word null_word before_word transport_word Word",
  },
  test: {
    256: ["absent_word","present_word","empty_word","null_word","not_word"],
    258: ["empty_word","absent_word","present_word","null_word"],
  },
  expression: {
    768: "or_word",
  },
  conjunction: {
    768: "and_word",
  },
  negation: {
    768: "not_word",
  },
  budget: {
    512: "Word",
    514: "LCurly",
  },
  budgetSettings: {
    768: "deadline_word attempts_word retries_word fallbacks_word tokens_word cost_word",
  },
  budgetSetting: {
    256: ["deadline_word","attempts_word","retries_word","fallbacks_word","tokens_word","cost_word"],
  },
  breaker: {
    512: "Word",
    514: "LCurly",
  },
  breakerSettings: {
    768: "window_word opens_word open_word half_open_word",
  },
  breakerSetting: {
    256: ["window_word","opens_word","open_word","half_open_word"],
  },
  breakerWindow: {
    512: "Comma at_word",
  },
  atLeast: {
    521: "Comma",
  },
  breakerOpens: {
    1536: "Amount",
  },
  trigger: {
    256: ["failed_word","slower_word","in_word"],
  },
  breakerOpen: {
    512: "Comma doubling_word",
    521: "Comma",
  },
  breakerHalfOpen: {
    512: "Comma each_word",
    521: "Comma",
  },
  reason: {
    512: "Text",
  },
  context: {
    768: "Word",
  },
  contextField: {
    512: "Assign",
  },
  contextType: {
    256: ["bool_word","number_word","string_word","Text"],
    1536: "Text",
  },
  literal: {
    256: ["Text","Amount","true_word","false_word","null_word"],
  },
  path: {
    768: "contract_word model_word account_word adapter_word timeout_word connect_word headers_word first_token_word stall_word context_window_word max_output_word price_word validated_word",
  },
  pathSetting: {
    256: ["contract_word","model_word account_word adapter_word","timeout_word","connect_word headers_word first_token_word stall_word","context_window_word max_output_word","price_word","validated_word"],
    258: ["model_word","account_word","adapter_word"],
    259: ["connect_word","headers_word","first_token_word","stall_word"],
    260: ["context_window_word","max_output_word"],
    512: "DotDot",
  },
  signals: {
    512: "for_word",
    768: "documented_word standard_word Word",
  },
  signalsLine: {
    256: ["documented_word","standard_word","Word"],
  },
  accept: {
    512: "for_word",
    768: "standard_word content_word Word",
  },
  acceptCheck: {
    256: ["standard_word","content_word","Word"],
    258: ["content_word","not_word LParen Text Amount true_word false_word null_word before_word transport_word Word"],
  },
  on: {
    768: "any_word otherwise_word Word",
  },
  rule: {
    512: "before_word",
    514: "when_word",
    521: "Comma",
    768: "Comma page_word notify_word",
    1536: "retry_word fallback_word proceed_word respond_word defer_word fail_word",
  },
  selector: {
    256: ["any_word","otherwise_word","Word"],
  },
  action: {
    256: ["retry_word","fallback_word","proceed_word","respond_word","defer_word","fail_word"],
    512: "after_word",
    514: "DotDot",
    515: "with_word",
  },
  hook: {
    256: ["page_word","notify_word"],
  },
  policy: {
    768: "start_word budget_word breaker_word slo_word retry_budget_word repeat_word stream_word sends_word reads_word on_word record_word alerts_word assert_word reason_word",
  },
  policyItem: {
    256: ["start_word","budget_word","breaker_word","slo_word","retry_budget_word","repeat_word","stream_word","sends_word reads_word","on_word","record_word","alerts_word","assert_word","reason_word"],
  },
  slo: {
    768: "Word",
  },
  objective: {
    512: "Dot",
    514: "Comma at_word",
  },
  retryBudget: {
    512: "Word",
    514: "Comma at_word",
  },
  repeat: {
    256: ["always_word","never_word","only_word"],
  },
  stream: {
    256: ["visible_word","held_word"],
    512: "for_word",
    514: "Comma skip_word",
    521: "Comma",
  },
  declaredUse: {
    256: ["sends_word","reads_word"],
    1536: "Word",
  },
  record: {
    768: "error_body_word invalid_output_word",
  },
  recordSetting: {
    256: ["error_body_word","invalid_output_word"],
    258: ["keep_word","drop_word"],
    512: "up_word",
    1280: "Word",
  },
  alerts: {
    768: "Word",
  },
  alert: {
    512: "for_word",
  },
  assert: {
    256: ["always_word","never_word","possible_word"],
    512: "when_word",
  },
  scenario: {
    768: "request_word context_word breaker_word slo_word caller_word expect_word Word",
  },
  step: {
    256: ["request_word","context_word","breaker_word","slo_word","caller_word","expect_word","Word"],
    258: ["open_word","half_open_word"],
  },
  world: {
    512: "after_word",
  },
  event: {
    256: ["times_word","fails_word","answers_word","returns_word","breaks_word"],
    258: ["before_word","after_word"],
    512: "with_word",
    514: "LCurly LSquare Text Amount true_word false_word null_word",
    515: "with_word",
  },
  headers: {
    1536: "header_word",
  },
  expectations: {
    1536: "answer_word failure_word aborted_word partial_word degraded_word deferred_word reason_word signal_word no_word attempts_word retries_word fallbacks_word within_word tokens_word cost_word page_word notify_word",
  },
  expectation: {
    256: ["answer_word","failure_word","aborted_word","partial_word","degraded_word","deferred_word","reason_word signal_word","no_word","attempts_word retries_word fallbacks_word within_word tokens_word cost_word","page_word notify_word"],
    258: ["reason_word","signal_word"],
    259: ["attempts_word","retries_word","fallbacks_word","within_word","tokens_word","cost_word"],
    512: "from_word",
    514: "Text",
    515: "to_word",
  },
  file: {
    768: "contract_word use_word context_word path_word signal_word signals_word accept_word reason_word budget_word breaker_word policy_word scenario_word",
  },
  item: {
    256: ["contract_word","use_word","context_word","path_word","signal_word","signals_word","accept_word","reason_word","budget_word","breaker_word","policy_word","scenario_word"],
  },
};
