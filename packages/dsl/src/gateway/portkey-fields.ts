/** The fields of a Portkey config that are known: used, or why a policy has no place for them. */
import { type KnownFields, USED } from "./config.ts";

const CHECKS = "a policy checks answers with `accept`, and requests not at all";
const HEADERS = "headers stand in the contract: `endpoint.headers`";
const CLOUD = "how this cloud is signed in to is no part of a contract; write one for an endpoint with a key";

export const TARGET: KnownFields = {
  strategy: USED,
  targets: USED,
  name: USED,
  provider: USED,
  virtual_key: USED,
  api_key: USED,
  override_params: USED,
  retry: USED,
  request_timeout: USED,
  custom_host: USED,
  weight: USED,
  cb_config: USED,
  cache: "a policy does not cache answers",
  input_guardrails: CHECKS,
  output_guardrails: CHECKS,
  before_request_hooks: CHECKS,
  after_request_hooks: CHECKS,
  default_input_guardrails: CHECKS,
  default_output_guardrails: CHECKS,
  forward_headers: HEADERS,
  openai_organization: HEADERS,
  openai_project: HEADERS,
  metadata: "what a request is for is in the policy's `context`",
  index: "the order of the targets is the order in the config",
  passthrough: "a policy is about chat completions alone",
  strict_open_ai_compliance: "answers are passed on as they are",
  azure_api_version: "the contract's address has no version behind it",
  resource_name: "the address stands in the contract: `endpoint.baseUrl`",
  deployment_id: "on a path the deployment is its `model`",
  api_version: "the contract's address has no version behind it",
  aws_access_key_id: CLOUD,
  aws_secret_access_key: CLOUD,
  aws_region: CLOUD,
  aws_session_token: CLOUD,
  vertex_project_id: CLOUD,
  vertex_region: CLOUD,
};

export const STRATEGY: KnownFields = {
  mode: USED,
  on_status_codes: USED,
  conditions: USED,
  default: USED,
  cb_config: USED,
  sticky_session: "a policy does not pick paths by load or chance",
};

export const RETRY: KnownFields = {
  attempts: USED,
  on_status_codes: USED,
  use_retry_after_header: "a wait that the contract documents is always minded",
  use_retry_after_headers: "a wait that the contract documents is always minded",
};

export const CB: KnownFields = {
  failure_threshold: USED,
  failure_threshold_percentage: USED,
  minimum_requests: USED,
  cooldown_interval: USED,
  failure_status_codes: "which failures count against a path is by the class of their signal",
};
