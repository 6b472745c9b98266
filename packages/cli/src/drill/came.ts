/** Whether the calls that reached the provider are what the contract says, and as many as the record has. */
import type { ContractModel, Difference, DrillCase, PolicyModel, SchemaTruth } from "@fbp/dsl";
import { nth, type Outcome } from "@fbp/runtime/core";
import type { Came } from "./local-provider.ts";

/**
 * @param key that calls to this provider carry
 * @param truths by the contract's document
 */
export function faultsOfCalls(
  model: PolicyModel,
  { streamed, live }: DrillCase,
  came: readonly Came[],
  key: string,
  truths: ReadonlyMap<unknown, SchemaTruth>,
): readonly Difference[] {
  return came.flatMap((one, index) => {
    const path = nth(model.paths, one.path);
    const contract = nth(model.contracts, path.contract);
    const call = `call ${index + 1}, to ${path.name}`;
    const wrong = partsOf(one, contract, path.model, streamed, key).filter(({ expected, got }) => expected !== got);
    const differences = wrong.map(({ what, expected, got }) => ({ what: `${what} of ${call}`, expected, got }));
    // An adapter would have made another request.
    const fits =
      path.adapter !== null ||
      live === "malformed" ||
      truths.get(contract.root)?.fits("/request/schema", one.call.request) !== false;
    if (fits) return differences;
    const expected = `as request.schema of ${contract.name}`;
    return [...differences, { what: `body of ${call}`, expected, got: "it does not fit" }];
  });
}

/** What the contract says of a call, beside what came. */
function partsOf(
  { call, url }: Came,
  { contract }: ContractModel,
  model: string,
  streamed: boolean,
  key: string,
): readonly Difference[] {
  const { endpoint, auth, request, response } = contract;
  const header = (name: string, expected: string): Difference => {
    return { what: name.toLowerCase(), expected, got: String(call.headers[name.toLowerCase()] ?? "none") };
  };
  const field = (name: string, expected: string): Difference => {
    return { what: `field ${name}`, expected, got: String(call.request?.[name] ?? "none") };
  };
  const { stream } = request;
  const hasStreams = stream !== undefined && response.stream !== undefined;
  return [
    { what: "method", expected: "POST", got: call.method },
    { what: "address", expected: endpoint.path, got: url },
    ...Object.entries(endpoint.headers ?? {}).map(([name, value]) => header(name, value)),
    header("content-type", "application/json"),
    ...(auth.env === null ? [] : [header(auth.header, auth.scheme === "" ? key : `${auth.scheme} ${key}`)]),
    field(request.model, model),
    ...(hasStreams && streamed ? [field(stream, "true")] : []),
  ];
}

/**
 * The record and the provider must have counted the same calls, in the same order.
 *
 * @param but a path that this provider does not serve
 */
export function countDifference(
  model: PolicyModel,
  { attempts }: Outcome,
  came: readonly Came[],
  but: number | null,
): readonly Difference[] {
  const other = but === null ? null : nth(model.paths, but).name;
  const recorded = attempts.filter(({ sent, path }) => sent && path !== other).map(({ path }) => path);
  const seen = came.map(({ path }) => nth(model.paths, path).name);
  const [expected, got] = [recorded, seen].map((paths) => (paths.length === 0 ? "none" : paths.join(", "))) as [
    string,
    string,
  ];
  return expected === got ? [] : [{ what: "calls that the provider counted", expected, got }];
}
