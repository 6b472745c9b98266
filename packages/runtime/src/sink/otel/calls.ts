/** What OpenTelemetry is told of each path's calls, by the names of its conventions for generative AI. */
import type { Attributes } from "@opentelemetry/api";
import type { Policy } from "../../core/policy.ts";

/** The same for every call on the path. */
export type CallAttributes = Attributes & { readonly "gen_ai.request.model": string };

/**
 * By the path's name. `gen_ai.provider.name` is what the policy calls the contract: who really answers behind an
 * address of the usual form is not known.
 *
 * Source of the names: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans (status: development)
 */
export function callsOf(policy: Policy): ReadonlyMap<string, CallAttributes> {
  return new Map(
    policy.paths.map(({ name, model, contract }) => {
      const { name: provider = "", baseUrl = "" } = policy.contracts[contract] ?? {};
      const attributes: CallAttributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        ...server(baseUrl),
      };
      return [name, attributes];
    }),
  );
}

function server(address: string): Attributes {
  try {
    const { hostname, port, protocol } = new URL(address);
    return {
      "server.address": hostname,
      "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    };
  } catch {
    return {};
  }
}
