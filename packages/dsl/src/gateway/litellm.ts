/**
 * LiteLLM's `config.yaml`. What its router does is taken from its documentation and source (router.py,
 * fallback_event_handlers.py, cooldown_handlers.py): a request goes to one deployment of a group, is retried
 * `num_retries` times in the group, then in each group that `fallbacks` names, and theirs. The router is the
 * only loop: it sets the clients' own `max_retries` to 0.
 */
import type { Place } from "../contract/import/source.ts";
import { below } from "../contract/pointer.ts";
import type { Config } from "./config.ts";
import { shownModel } from "./config.ts";
import { Contracts } from "./contracts.ts";
import { MODEL_ENTRY, MODEL_INFO, MODEL_PARAMS, ROOT } from "./litellm-fields.ts";
import { type Deployment, routedPolicies } from "./litellm-routing.ts";
import { EMPTY, type Router, routerOf } from "./litellm-settings.ts";
import { Names } from "./names.ts";
import { type PathNeed, type Plan, usedOf } from "./plan.ts";

/** What the configuration says, before anything is made of it. */
export interface LitellmSetup {
  readonly router: Router;
  readonly deployments: readonly Deployment[];
  readonly paths: readonly PathNeed[];
  readonly contracts: Contracts;
}

/** null: not a single model is there, which was reported. */
export function readLitellm(config: Config): Plan | null {
  const setup = litellmSetup(config);
  if (setup === null) return null;
  const { router, deployments, paths, contracts } = setup;
  const policies = routedPolicies(router, deployments, paths);
  return {
    gateway: "LiteLLM",
    ...usedOf(contracts.all, paths, policies),
    policies,
    notes: notesOf(router, deployments),
  };
}

/** null: not a single model is there, which was reported. */
export function litellmSetup(config: Config): LitellmSetup | null {
  const { root } = config;
  config.account(root, ROOT);
  const router = routerOf(config);
  const contracts = new Contracts("litellm");
  const names = new Names();
  const deployments: Deployment[] = [];
  const paths: PathNeed[] = [];
  const models = config.list(root, "model_list");
  for (const place of models) {
    const made = deploymentOf(config, place, router, contracts, names);
    if (made === null) continue;
    deployments.push(made.deployment);
    paths.push(made.path);
  }
  if (deployments.length === 0) {
    if (models.length === 0) config.wrong(below("", "model_list"), "a list of models");
    return null;
  }
  checkFallbacks(config, router, deployments);
  return { router, deployments, paths, contracts };
}

function notesOf(router: Router, deployments: readonly Deployment[]): readonly string[] {
  return [
    "LiteLLM takes whatever fails to the fallbacks, a rejected key and a malformed request too. Here neither is sent anywhere a second time, and a refusal of a provider's safety system is not laundered elsewhere.",
    "LiteLLM picks a deployment of a group for each call. A path cannot be picked by chance: the deployments of a group stand in the order of the file, the weightiest first.",
    ...(deployments.every(({ played }) => !played.sendsLimit)
      ? []
      : [
          "LiteLLM sends its `max_tokens` with a request that has none. A path adds nothing to a request: `max_output` is what is set aside for an answer, and the service sends the limit.",
        ]),
    ...(router.contentPolicy.size === 0
      ? []
      : ["`content_policy_fallbacks` is left out: a refusal ends the request, by the language's own rule."]),
  ];
}

/** Every name that is not in the list of models is told of once. */
function checkFallbacks(config: Config, router: Router, deployments: readonly Deployment[]): void {
  const known = new Set(deployments.map(({ group }) => group));
  const told = new Set<string>();
  const tell = (name: string): void => {
    if (known.has(name) || name === "*" || told.has(name)) return;
    told.add(name);
    config.unknownModel(placeOfName(config, name), name);
  };
  for (const one of [router.fallbacks, router.contextWindow, router.contentPolicy]) {
    for (const [from, to] of one) for (const name of [from, ...to]) tell(name);
  }
  for (const name of router.otherwise) tell(name);
}

/** Where a fallback is named first. */
function placeOfName({ root }: Config, name: string): string {
  const found = pointersTo(root.value, "", (key, value) => key === name || value === name);
  return found.find((pointer) => pointer.includes("fallbacks")) ?? "";
}

function pointersTo(value: unknown, at: string, is: (key: string, value: unknown) => boolean, depth = 0): string[] {
  if (typeof value !== "object" || value === null || depth > 8) return [];
  return Object.entries(value).flatMap(([key, held]) => [
    ...(is(key, held) ? [below(at, key)] : []),
    ...pointersTo(held, below(at, key), is, depth + 1),
  ]);
}

// ---------------------------------------------------------------- deployments

interface Made {
  readonly deployment: Deployment;
  readonly path: PathNeed;
}

function deploymentOf(config: Config, place: Place, router: Router, contracts: Contracts, names: Names): Made | null {
  config.account(place, MODEL_ENTRY);
  const params = config.object(place, "litellm_params");
  const info = config.object(place, "model_info") ?? EMPTY;
  if (params !== null) config.account(params, MODEL_PARAMS);
  config.account(info, MODEL_INFO);
  const group = config.text(place, "model_name");
  const model = params === null ? null : config.text(params, "model");
  if (params === null || group === null || model === null) {
    config.wrong(place.pointer, "a model with `model_name` and `litellm_params.model`");
    return null;
  }
  const mode = config.text(info, "mode");
  if (mode !== null && mode !== "chat" && mode !== "completion") {
    config.leftOut(place.pointer, group, `a policy is about chat completions, and this is for ${shownModel(mode)}`);
    return null;
  }
  if (`${group}${model}`.includes("*")) {
    config.leftOut(place.pointer, group, "a path has one model, and this is a pattern for many");
    return null;
  }
  const { provider, name } = providerAndModel(model, config.text(params, "custom_llm_provider"));
  const given = config.address(params, "api_base");
  const { address, variable } =
    given.address === null && given.variable === null ? config.address(params, "base_url") : given;
  const contract = contracts.nameOf({
    provider,
    address,
    env: config.keyVariable(params, "api_key"),
    notes:
      variable === null
        ? []
        : [`LiteLLM reads the address from $${variable}; a contract holds it: put it into \`endpoint.baseUrl\`.`],
  });
  const timeoutS = config.number(params, "timeout");
  const sentLimit = config.whole(params, "max_tokens") ?? config.whole(params, "max_completion_tokens");
  const path: PathNeed = {
    name: names.take(group),
    contract,
    model: shownModel(name),
    timeoutMs: timeoutS === null ? router.timeoutMs : timeoutS * 1000,
    contextWindow: config.whole(info, "max_input_tokens"),
    maxOutput: sentLimit ?? config.whole(info, "max_output_tokens"),
    price: priceIn(config, params) ?? priceIn(config, info),
    notes:
      timeoutS === null && !router.isTimeoutGiven
        ? ["The configuration sets no timeout, and LiteLLM waits 6000 s. Tune: a little above the model's p99."]
        : [],
  };
  const seconds = (name: string): number | null => {
    const value = config.number(params, name);
    return value === null ? null : value * 1000;
  };
  const shares = {
    weight: config.number(params, "weight"),
    rpm: config.number(params, "rpm"),
    tpm: config.number(params, "tpm"),
  };
  const played = {
    shares,
    streamTimeoutMs: seconds("stream_timeout"),
    cooldownMs: seconds("cooldown_time"),
    retries: config.whole(params, "num_retries"),
    sendsLimit: sentLimit !== null,
  };
  const weight = shares.weight ?? shares.rpm ?? shares.tpm ?? 0;
  return { deployment: { group, path: path.name, weight, played }, path };
}

/** USD for each token of the prompt and of the answer. */
function priceIn(config: Config, place: Place): PathNeed["price"] {
  const [input, output] = [config.number(place, "input_cost_per_token"), config.number(place, "output_cost_per_token")];
  if (input === null && output === null) return null;
  if (input === null || output === null) {
    const [name, other] = input === null ? ["output_cost_per_token", "prompts"] : ["input_cost_per_token", "answers"];
    const why = `a path's \`price\` is of both, and there is none for tokens of ${other}`;
    config.leftOut(below(place.pointer, name), name, why);
    return null;
  }
  if (input === 0 && output === 0) return null;
  return { inputNanosPerToken: input * NANOS, outputNanosPerToken: output * NANOS };
}

const NANOS = 1e9;

/** `azure/gpt-4o`: the provider stands before the first slash; without one it is OpenAI. */
function providerAndModel(model: string, given: string | null): { readonly provider: string; readonly name: string } {
  const slash = model.indexOf("/");
  if (slash === -1) return { provider: given ?? "openai", name: model };
  return { provider: given ?? model.slice(0, slash), name: model.slice(slash + 1) };
}
