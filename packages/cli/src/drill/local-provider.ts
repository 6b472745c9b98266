/** The provider of the drills: on a socket of this machine, with an address of its own for each path of each drill. */
import type { Policy } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import { type Behaviour, Provider, type ProviderCall } from "../provider/index.ts";

/** The variable that holds the key for this provider; no shell can set one of this name. */
export const LOCAL_KEY = "fbp drill";

/** What it does with call number `nth`, from 0, to a path of a drill. */
export type Respond = (drill: number, path: number, nth: number) => Behaviour;

export interface Came {
  readonly path: number;
  readonly call: ProviderCall;
  /** The address after that of the path. */
  readonly url: string;
}

export class LocalProvider {
  readonly #provider: Provider;
  readonly #came: Map<number, Came[]>;

  private constructor(provider: Provider, came: Map<number, Came[]>) {
    this.#provider = provider;
    this.#came = came;
  }

  /** @param paths how many each drill has */
  static async start(paths: number, respond: Respond): Promise<LocalProvider> {
    const came = new Map<number, Came[]>();
    const choose = (call: ProviderCall): Behaviour => {
      const [, drill = "", path = "", url = ""] = /^\/(\d+)\/(\d+)(\/.*)$/.exec(call.url) ?? [];
      // Not of a drill: some other program of this machine.
      if (url === "" || Number(path) >= paths) return { kind: "reset" };
      const calls = came.get(Number(drill)) ?? [];
      const count = calls.filter((one) => one.path === Number(path)).length;
      came.set(Number(drill), [...calls, { path: Number(path), call, url }]);
      return respond(Number(drill), Number(path), count);
    };
    return new LocalProvider(await Provider.start({ choose, remembers: false }), came);
  }

  /** Every call that came for a drill, in order. */
  cameFor(drill: number): readonly Came[] {
    return this.#came.get(drill) ?? [];
  }

  /** The same policy with each path's address here, and its key in `LOCAL_KEY`. @param but a path that stays as it is */
  addressed(policy: Policy, drill: number, but: number | null): Policy {
    const contracts = policy.paths.map(({ contract }, path) => {
      const plan = nth(policy.contracts, contract);
      if (path === but) return plan;
      const auth = { ...plan.auth, env: plan.auth.env === null ? null : LOCAL_KEY };
      return { ...plan, auth, baseUrl: `${this.#provider.url}/${drill}/${path}` };
    });
    return { ...policy, contracts, paths: policy.paths.map((plan, contract) => ({ ...plan, contract })) };
  }

  close(): Promise<void> {
    return this.#provider.close();
  }
}

/** The same over a socket as on a virtual clock. */
export function behaviourOf(event: WorldEvent): Behaviour {
  switch (event.kind) {
    case "hangs":
      return { kind: "never" };
    case "fails":
      return { kind: "reset" };
    case "returns": {
      const { status, headers = {}, body = "" } = event;
      return { kind: "whole", status, headers, body };
    }
    case "streams": {
      const pieces = event.pieces.map(({ data, afterMs = 0 }) => ({
        text: typeof data === "string" ? data : new TextDecoder().decode(data),
        afterMs,
      }));
      const { ends, headers = {}, endsAfterMs = 0 } = event;
      if (endsAfterMs > 0) pieces.push({ text: "", afterMs: endsAfterMs });
      return { kind: "pieces", headers, pieces, end: ends === undefined ? "end" : ends === "silence" ? ends : "reset" };
    }
  }
}
