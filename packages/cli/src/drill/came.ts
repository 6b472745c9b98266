/** Whether the calls that reached the provider are what the contract says, and as many as the record has. */
import type { ContractModel, Difference, DrillCase, PolicyModel, SchemaTruth } from "@fbp/dsl";
import { nth, type Outcome } from "@fbp/runtime/core";
import type { Came } from "./local-provider.ts";

/** @param truths by the contract's document */
export function faultsOfCalls(
  model: PolicyModel,
  { streamed }: DrillCase,
  came: readonly Came[],
  env: Readonly<Record<string, string | undefined>>,
  truths: ReadonlyMap<unknown, SchemaTruth>,
): readonly Difference[] {
  return came.flatMap((one, index) => {
    const path = nth(model.paths, one.path);
    const contract = nth(model.contracts, path.contract);
    const call = `call ${index + 1}, to ${path.name}`;
    const wanted = wantedOf(contract, path.model, streamed, env);
    const got = gotOf(one, contract, wanted);
    const different = Object.entries(wanted).flatMap(([what, expected]) =>
      got[what] === expected ? [] : [{ what: `${what} of ${call}`, expected, got: got[what] ?? "none" }],
    );
    const fits =
      path.adapter !== null || truths.get(contract.root)?.fits("/request/schema", one.call.request) !== false;
    return fits
      ? different
      : [
          ...different,
          { what: `body of ${call}`, expected: `as request.schema of ${contract.name}`, got: "it does not fit" },
        ];
  });
}

type Told = Readonly<Record<string, string>>;

function wantedOf(
  { contract }: ContractModel,
  model: string,
  streamed: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Told {
  const { endpoint, auth, request, response } = contract;
  const key = auth.env === null ? null : (env[auth.env] ?? "");
  const headers = Object.entries(endpoint.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const hasStreams = request.stream !== undefined && response.stream !== undefined;
  return {
    method: "POST",
    address: endpoint.path,
    ...Object.fromEntries(headers),
    "content-type": "application/json",
    ...(key === null ? {} : { [auth.header.toLowerCase()]: auth.scheme === "" ? key : `${auth.scheme} ${key}` }),
    [request.model]: model,
    ...(hasStreams && request.stream !== undefined ? { [request.stream]: String(streamed) } : {}),
  };
}

function gotOf({ call, url }: Came, { contract }: ContractModel, wanted: Told): Told {
  const { model, stream } = contract.request;
  const fields = stream === undefined ? [model] : [model, stream];
  const inBody = fields.map((name) => [name, String(call.request?.[name] ?? false)]);
  const headers = Object.keys(wanted).map((name) => [name, String(call.headers[name] ?? "none")]);
  return { ...Object.fromEntries(headers), method: call.method, address: url, ...Object.fromEntries(inBody) };
}

/** The record and the provider must have counted the same calls, in the same order. */
export function countDifference(
  model: PolicyModel,
  { attempts }: Outcome,
  came: readonly Came[],
): readonly Difference[] {
  const recorded = attempts.filter(({ sent }) => sent).map(({ path }) => path);
  const seen = came.map(({ path }) => nth(model.paths, path).name);
  const [expected, got] = [recorded, seen].map((paths) => (paths.length === 0 ? "none" : paths.join(", "))) as [
    string,
    string,
  ];
  return expected === got ? [] : [{ what: "calls that the provider counted", expected, got }];
}
