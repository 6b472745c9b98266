/** The fields of LiteLLM's configuration that are known: used, or why a policy has no place for them. */
import { type KnownFields, USED } from "./config.ts";

const PROXY = "it is about the proxy, which a policy has none of";
const LOGGING = "what is recorded is the policy's `record` and the service's sink";
const CACHE = "a policy does not cache answers";
const CHOICE = "a policy does not pick paths by load or chance";
const REQUEST = "what a request asks for is the service's own";
const SHARED = "health is shared through the runtime's `store`";

export const ROOT: KnownFields = {
  model_list: USED,
  router_settings: USED,
  litellm_settings: USED,
  general_settings: PROXY,
  environment_variables: "variables are set where the service runs",
  callback_settings: LOGGING,
  guardrails: "a policy checks answers with `accept`, and requests not at all",
  mcp_servers: PROXY,
  include: "only this one file is read",
  finetune_settings: PROXY,
  files_settings: PROXY,
  credential_list: "keys come from the environment, by the name in the contract",
};

/** LiteLLM takes most of them in either of its two places. */
export const SETTINGS: KnownFields = {
  num_retries: USED,
  timeout: USED,
  request_timeout: USED,
  fallbacks: USED,
  default_fallbacks: USED,
  context_window_fallbacks: USED,
  content_policy_fallbacks: USED,
  max_fallbacks: USED,
  allowed_fails: USED,
  cooldown_time: USED,
  disable_cooldowns: USED,
  retry_policy: USED,
  retry_after: USED,
  stream_timeout: "for streams a path has `first_token` and `stall`",
  allowed_fails_policy: "a breaker counts every failure of the path alike",
  model_group_retry_policy: "retries are one budget for the whole request",
  model_group_alias: "a service names the policy itself",
  enable_pre_call_checks: "the contract and the path's `context_window` say what a path takes",
  routing_strategy: CHOICE,
  routing_strategy_args: CHOICE,
  routing_groups: CHOICE,
  enable_tag_filtering: CHOICE,
  redis_host: SHARED,
  redis_port: SHARED,
  redis_password: SHARED,
  redis_url: SHARED,
  redis_db: SHARED,
  cache: CACHE,
  cache_params: CACHE,
  cache_responses: CACHE,
  caching_groups: CACHE,
  client_ttl: "connections are the transport's",
  success_callback: LOGGING,
  failure_callback: LOGGING,
  callbacks: LOGGING,
  service_callback: LOGGING,
  alerting: "the policy's `alerts` say whom to tell",
  alerting_config: "the policy's `alerts` say whom to tell",
  set_verbose: LOGGING,
  debug_level: LOGGING,
  json_logs: LOGGING,
  turn_off_message_logging: LOGGING,
  redact_user_api_key_info: LOGGING,
  drop_params: REQUEST,
  modify_params: REQUEST,
  default_litellm_params: REQUEST,
  default_team_settings: PROXY,
  max_budget: "money is limited for each request, with `cost`",
  budget_duration: "money is limited for each request, with `cost`",
  ssl_verify: "connections are the transport's",
};

export const RETRY_POLICY: KnownFields = {
  TimeoutErrorRetries: USED,
  RateLimitErrorRetries: USED,
  InternalServerErrorRetries: USED,
  ServiceUnavailableErrorRetries: USED,
  DefaultRetries: USED,
  NotFoundErrorRetries: "a request for a model that is not there is never repeated",
  BadRequestErrorRetries: "a request that is wrong is never repeated",
  AuthenticationErrorRetries: "a key that was rejected is never tried again",
  ContentPolicyViolationErrorRetries: "a refusal is never asked for again",
};

export const MODEL_ENTRY: KnownFields = { model_name: USED, litellm_params: USED, model_info: USED };

const OTHER_PRICE = "a path's `price` is for tokens of the prompt and of the answer alone";

const PRICES: KnownFields = {
  input_cost_per_token: USED,
  output_cost_per_token: USED,
  input_cost_per_second: OTHER_PRICE,
  output_cost_per_second: OTHER_PRICE,
  cache_read_input_token_cost: OTHER_PRICE,
  cache_creation_input_token_cost: OTHER_PRICE,
  input_cost_per_token_above_128k_tokens: OTHER_PRICE,
  output_cost_per_token_above_128k_tokens: OTHER_PRICE,
};

const GOES_WITH_REQUEST = "it is a default of the request, and a path sets the model alone: let the service send it";
const CLOUD = "how this cloud is signed in to is no part of a contract; write one for an endpoint with a key";

export const MODEL_PARAMS: KnownFields = {
  model: USED,
  api_base: USED,
  base_url: USED,
  api_key: USED,
  timeout: USED,
  custom_llm_provider: USED,
  weight: USED,
  rpm: USED,
  tpm: USED,
  order: CHOICE,
  tags: CHOICE,
  max_parallel_requests: "a policy does not limit how many calls run at once",
  stream_timeout: "for streams a path has `first_token` and `stall`",
  max_retries: "LiteLLM's router sets it to 0 itself",
  num_retries: "retries are one budget for the whole request",
  cooldown_time: "a breaker's time is the router's `cooldown_time`",
  api_version: "the contract's address has no version behind it",
  organization: "a header of the contract: `endpoint.headers`",
  extra_headers: "headers stand in the contract: `endpoint.headers`",
  headers: "headers stand in the contract: `endpoint.headers`",
  extra_body: GOES_WITH_REQUEST,
  temperature: GOES_WITH_REQUEST,
  top_p: GOES_WITH_REQUEST,
  max_tokens: USED,
  max_completion_tokens: USED,
  ...PRICES,
  mock_response: "scenarios play without providers",
  aws_access_key_id: CLOUD,
  aws_secret_access_key: CLOUD,
  aws_session_token: CLOUD,
  aws_region_name: CLOUD,
  vertex_project: CLOUD,
  vertex_location: CLOUD,
  vertex_credentials: CLOUD,
  tenant_id: CLOUD,
  client_id: CLOUD,
  client_secret: CLOUD,
  azure_ad_token: CLOUD,
};

const ABOUT_MODEL = "it describes the model, and a path has no word for it";

export const MODEL_INFO: KnownFields = {
  mode: USED,
  max_input_tokens: USED,
  max_tokens:
    "LiteLLM takes it for the room of a prompt or of an answer: `max_output_tokens` is the path's `max_output`",
  max_output_tokens: USED,
  id: ABOUT_MODEL,
  base_model: ABOUT_MODEL,
  supports_function_calling: ABOUT_MODEL,
  supports_vision: ABOUT_MODEL,
  access_groups: PROXY,
  ...PRICES,
};
