/**
 * A config of Portkey's gateway: a tree of targets. What it does is taken from its documentation and source
 * (handlerUtils.ts, retryHandler.ts): each target is called, retried on some statuses with waits of 1 s, 2 s,
 * 4 s and so on, and a `fallback` goes to the next target on the statuses that it lists, or on any but 2xx.
 */
import { isRecord, type Place } from "../contract/import/source.ts";
import { below } from "../contract/pointer.ts";
import { type Config, fieldOf, shownModel } from "./config.ts";
import { Contracts } from "./contracts.ts";
import { Names } from "./names.ts";
import { type PathNeed, type Plan, type PolicyNeed, usedOf } from "./plan.ts";
import { CB, RETRY, STRATEGY, TARGET } from "./portkey-fields.ts";
import { type Leaf, type Node, portkeyPolicy, type Retry } from "./portkey-routing.ts";
import { providerOf } from "./providers.ts";

/** What a target has from the targets around it where it does not say otherwise. */
interface Inherited {
  readonly retry: Retry;
  readonly timeoutMs: number | null;
  readonly model: string | null;
  readonly breaker: Leaf["breaker"];
}

/** Statuses that are retried where the config names none. */
const RETRIED: readonly number[] = [429, 500, 502, 503, 504];
const MOST_RETRIES = 5;
const DEEPEST = 16;

/** What the language must have and Portkey does not: a call without a timeout could hang for ever. */
const TIMEOUT_MS = 600_000;

export function readPortkey(config: Config): Plan | null {
  const reader = new Reader(config);
  const tree = treeOf(reader, config);
  if (tree === null) return null;
  const policies = choicesOf(tree, reader.paths);
  return {
    gateway: "Portkey",
    ...usedOf(reader.contracts.all, reader.paths, policies),
    policies,
    notes: [
      "A rejected key, a malformed request and a refusal of a provider's safety system are sent nowhere a second time here, whatever the config says of their statuses.",
    ],
  };
}

function treeOf(reader: Reader, config: Config): Node | null {
  const retry = { attempts: 0, statuses: RETRIED, followsHint: false };
  return reader.node(config.root, { retry, timeoutMs: null, model: null, breaker: null }, 0);
}

/** What a config is made of policies for: each target of a root that balances or chooses, or all of it. null: nothing. */
export function portkeyTrees(config: Config): readonly Node[] | null {
  const tree = treeOf(new Reader(config), config);
  return tree === null ? null : tree.kind === "choice" ? tree.targets.map(({ node }) => node) : [tree];
}

/** A service picks among the targets of a root that balances or chooses; below it, one is taken. */
function choicesOf(tree: Node, paths: readonly PathNeed[]): readonly PolicyNeed[] {
  const names = new Names();
  if (tree.kind === "leaf" || tree.kind === "fallback") return [portkeyPolicy(names.take("chat"), tree, paths, DOC)];
  return tree.targets.map(({ node, when }) =>
    portkeyPolicy(names.take(`chat ${when.name}`), node, paths, `${when.text} The service picks the policy.`),
  );
}

const DOC = "Every request.";

class Reader {
  readonly contracts = new Contracts("portkey");
  readonly paths: PathNeed[] = [];
  readonly #names = new Names();
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  node(place: Place, around: Inherited, depth: number): Node | null {
    const config = this.#config;
    if (!isRecord(place.value) || depth > DEEPEST) {
      config.wrong(place.pointer, depth > DEEPEST ? `at most ${DEEPEST} levels of targets` : "an object");
      return null;
    }
    config.account(place, TARGET);
    const strategy = config.object(place, "strategy");
    if (strategy !== null) config.account(strategy, STRATEGY);
    const inherited = this.#inherited(place, strategy, around);
    const targets = config.list(place, "targets");
    if (targets.length === 0) return this.#leaf(place, inherited);
    const nodes = targets.flatMap((target) => {
      const node = this.node(target, inherited, depth + 1);
      return node === null ? [] : [{ target, node }];
    });
    if (nodes.length === 0) return null;
    const mode = strategy === null ? "single" : config.text(strategy, "mode");
    switch (mode) {
      case "fallback":
        return {
          kind: "fallback",
          statuses: strategy === null ? null : statusesIn(config, strategy, "on_status_codes"),
          targets: nodes.map(({ node }) => node),
        };
      case "loadbalance":
        return this.#balanced(nodes);
      case "conditional":
        return this.#chosen(nodes, strategy ?? place);
      case "single":
        return nodes[0]?.node ?? null;
      default:
        config.wrong(below(strategy?.pointer ?? place.pointer, "mode"), "fallback, loadbalance, conditional or single");
        return null;
    }
  }

  #inherited(place: Place, strategy: Place | null, around: Inherited): Inherited {
    const config = this.#config;
    const retry = config.object(place, "retry");
    if (retry !== null) config.account(retry, RETRY);
    const parameters = config.object(place, "override_params");
    for (const name of Object.keys(Object(parameters?.value) as object)) {
      if (name === "model" || parameters === null) continue;
      config.leftOut(below(parameters.pointer, name), name, "what a request asks for is the service's own");
    }
    const breaker =
      config.object(place, "cb_config") ?? (strategy === null ? null : config.object(strategy, "cb_config"));
    if (breaker !== null) config.account(breaker, CB);
    return {
      retry:
        retry === null
          ? around.retry
          : {
              attempts: Math.min(MOST_RETRIES, config.whole(retry, "attempts") ?? 0),
              statuses: statusesIn(config, retry, "on_status_codes") ?? RETRIED,
              followsHint: ["use_retry_after_header", "use_retry_after_headers"].some(
                (name) => fieldOf(retry.value, name) === true,
              ),
            },
      timeoutMs: config.number(place, "request_timeout") ?? around.timeoutMs,
      model: (parameters === null ? null : config.text(parameters, "model")) ?? around.model,
      breaker:
        breaker === null
          ? around.breaker
          : {
              threshold: config.whole(breaker, "failure_threshold"),
              percent: config.number(breaker, "failure_threshold_percentage"),
              minimum: config.whole(breaker, "minimum_requests"),
              cooldownMs: Math.max(30_000, config.number(breaker, "cooldown_interval") ?? 30_000),
            },
    };
  }

  #leaf(place: Place, { retry, timeoutMs, model: given, breaker }: Inherited): Leaf {
    const config = this.#config;
    const { slug, model } = slugAndModel(given);
    const named = config.text(place, "provider") ?? slug ?? config.text(place, "virtual_key");
    const isVault =
      named === null || named.startsWith("@") || slug !== null || fieldOf(place.value, "virtual_key") !== undefined;
    const provider = providerIn(named ?? "openai");
    const key = config.keyVariable(place, "api_key");
    const { address } = config.address(place, "custom_host");
    const contract = this.contracts.nameOf({
      provider,
      address,
      env: key,
      notes: isVault ? [`The key is in Portkey's vault: here it comes from $${key ?? providerOf(provider).env}.`] : [],
    });
    const name = this.#names.take(config.text(place, "name") ?? `${provider} ${model ?? ""}`);
    this.paths.push({
      name,
      contract,
      model: model === null ? "model" : shownModel(model),
      timeoutMs: timeoutMs === null || timeoutMs === 0 ? TIMEOUT_MS : timeoutMs,
      contextWindow: null,
      maxOutput: null,
      price: null,
      notes: [
        ...(model === null ? ["The config leaves the model to the request; a path has one: put yours here."] : []),
        ...(timeoutMs === null
          ? [
              "The config sets no `request_timeout`, and Portkey waits as long as the provider does. Tune: a little above the model's p99.",
            ]
          : []),
      ],
    });
    return { kind: "leaf", path: name, retry, timeoutMs, breaker };
  }

  #balanced(nodes: readonly { readonly target: Place; readonly node: Node }[]): Node {
    const weights = nodes.map(({ target }) => this.#config.number(target, "weight") ?? 1);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return {
      kind: "choice",
      mode: "loadbalance",
      taken: weights.indexOf(Math.max(...weights)),
      targets: nodes.map(({ node, target }, index) => ({
        node,
        weight: weights[index] ?? 0,
        when: {
          name: this.#config.text(target, "name") ?? String(index + 1),
          text: `${Math.round((100 * (weights[index] ?? 0)) / (all || 1))}% of the requests.`,
        },
      })),
    };
  }

  #chosen(nodes: readonly { readonly target: Place; readonly node: Node }[], strategy: Place): Node {
    const config = this.#config;
    const fallback = config.text(strategy, "default");
    const conditions = config.list(strategy, "conditions").map(({ value }) => ({
      target: fieldOf(value, "then"),
      query: conditionText(fieldOf(value, "query")),
    }));
    const names = nodes.map(({ target }, index) => config.text(target, "name") ?? String(index + 1));
    const taken = Math.max(0, names.indexOf(fallback ?? ""));
    return {
      kind: "choice",
      mode: "conditional",
      taken,
      targets: nodes.map(({ node }, index) => {
        const name = names[index] ?? "";
        const asked = conditions.filter(({ target }) => target === name).map(({ query }) => query);
        const text = name === fallback ? [...asked, "no other condition holds"] : asked;
        return {
          node,
          weight: index === taken ? 1 : 0,
          when: { name, text: `Requests for which ${text.length === 0 ? "nothing" : text.join(", or ")}.` },
        };
      }),
    };
  }
}

/** Places that a condition asks after; what it compares them with may be anything, and stays out. */
function conditionText(query: unknown): string {
  const places = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > 8) return;
    for (const [name, held] of Object.entries(value)) {
      if (/^(?:metadata|params|url)[.\w]*$/.test(name)) places.add(name);
      visit(held, depth + 1);
    }
  };
  visit(query, 0);
  return places.size === 0 ? "a condition of the config holds" : `the condition on ${[...places].join(" and ")} holds`;
}

function statusesIn(config: Config, place: Place, name: string): readonly number[] | null {
  if (fieldOf(place.value, name) === undefined) return null;
  return config.list(place, name).flatMap(({ pointer, value }) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 599) return [value];
    config.wrong(pointer, "a status, from 100 to 599");
    return [];
  });
}

/** `@openai-prod/gpt-4o`: a key in the vault, and the model. */
function slugAndModel(model: string | null): { readonly slug: string | null; readonly model: string | null } {
  const [, slug = null, rest = null] = /^(@[^/]+)\/(.+)$/.exec(model ?? "") ?? [];
  return slug === null ? { slug: null, model } : { slug, model: rest };
}

/** `@openai-prod` is one of OpenAI, as far as its name tells. */
function providerIn(name: string): string {
  const plain = name.replace(/^@/, "");
  const known = [
    "azure-openai",
    "mistral-ai",
    "openai",
    "azure",
    "mistral",
    "groq",
    "deepseek",
    "openrouter",
    "cometapi",
  ];
  return known.find((one) => plain === one || plain.startsWith(`${one}-`) || plain.startsWith(`${one}_`)) ?? plain;
}
