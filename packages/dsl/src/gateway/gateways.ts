/** The gateways whose configuration is read. */
import { fieldOf } from "./config.ts";

export const GATEWAYS = ["litellm", "portkey"] as const;
export type Gateway = (typeof GATEWAYS)[number];

/** By what only one of them has. */
export function gatewayOf(value: unknown): Gateway | null {
  if (["model_list", "router_settings", "litellm_settings"].some((name) => fieldOf(value, name) !== undefined)) {
    return "litellm";
  }
  const names = ["strategy", "targets", "provider", "virtual_key", "override_params", "retry"];
  return names.some((name) => fieldOf(value, name) !== undefined) ? "portkey" : null;
}
