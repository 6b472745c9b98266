/** As `canaries.test.ts`, over real sockets: what undici and fetch say of a broken connection goes no further either. */
import { createFallback, memorySink, type Transport, undiciTransport } from "@fbp/runtime";
import { fetchTransport } from "@fbp/runtime/fetch";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Behaviour, Provider, refusal } from "../../packages/cli/src/provider/index.ts";
import { compileText } from "../support/compile.ts";
import { CANARY, REQUEST } from "./canaries.ts";
import { found, listen, out, tell, tellCompletion, tellError, unlisten } from "./collect.ts";

beforeEach(listen);
afterEach(unlisten);

const POLICY = compileText(`
contract local from "./contracts/local.contract.json"

path primary {
  contract local
  model    "model-a"
  timeout  500ms
}

policy chat {
  start primary

  budget {
    deadline  8s
    attempts  1
  }

  stream visible

  on primary {
    stream_interrupted before first_token -> cut -> fail
    otherwise -> failed -> fail, page "oncall"
  }
}
`);

const headers = { "x-served-by": CANARY.responseHeader, "set-cookie": CANARY.cookie };
const tokens = [CANARY.answer, CANARY.answerTool, CANARY.reasoning];

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "a reset": { kind: "reset" },
  silence: { kind: "never" },
  "a refusal": refusal(401, `${CANARY.errorCode} ${CANARY.key}`, { headers }),
  "a page": { kind: "whole", status: 502, headers, body: `<html><title>${CANARY.title}</title>${CANARY.page}</html>` },
  "a body that is cut": {
    kind: "whole",
    headers,
    body: { text: CANARY.answer },
    stop: { afterBytes: 10, how: "reset" },
  },
  "a stream that is reset": { kind: "streamed", headers, tokens, stop: { how: "reset", afterTokens: 2 } },
  "a stream that is closed": { kind: "streamed", headers, tokens, stop: { how: "close", afterTokens: 2 } },
  "a bad chunk": { kind: "streamed", headers, tokens, odd: [{ at: 3, data: CANARY.bodyText }] },
};

async function play(transport: Transport, url: string, more: (message: string) => void): Promise<void> {
  const contracts = POLICY.contracts.map((contract) => ({ ...contract, baseUrl: url }));
  const sink = memorySink();
  const chat = createFallback(
    { ...POLICY, contracts },
    {
      transport,
      sink,
      env: { FBP_LOCAL_KEY: CANARY.key },
      hooks: { page: (target, outcome) => tell("hooks", target, outcome) },
      onFault: (fault) => tell("faults", fault),
    },
  );
  tellCompletion(await chat.complete(REQUEST));
  const stream = chat.stream(REQUEST);
  try {
    for await (const _ of stream);
  } catch (error) {
    tellError(error);
  }
  tellCompletion(await stream.completion);
  await chat.close();
  tell("records", sink.outcomes);
  more(sink.outcomes.map(({ signals }) => signals.join()).join());
}

test.each([
  ["undici", () => undiciTransport()],
  ["fetch", () => fetchTransport()],
])("over %s nothing of what was sent or answered comes out", async (_name, make) => {
  const transport = make();
  const signals: string[] = [];
  for (const behaviour of Object.values(BEHAVIOURS)) {
    const provider = await Provider.start({ choose: () => behaviour });
    await play(transport, provider.url, (seen) => signals.push(seen));
    expect(provider.calls[0]?.request).toMatchObject({ user: CANARY.user });
    expect(JSON.stringify(provider.calls[0]?.headers)).toContain(CANARY.key);
    await provider.close();
  }
  const gone = await Provider.start({ choose: () => ({ kind: "never" }) });
  await gone.close();
  await play(transport, gone.url, (seen) => signals.push(seen));
  await transport.close?.();
  expect(found()).toEqual({});
  // Each kind of failure was really there.
  for (const signal of ["transport_timeout", "auth_or_account", "server_error", "stream_interrupted"]) {
    expect(signals.join()).toContain(signal);
  }
  expect(out.get("records")).toHaveLength(Object.keys(BEHAVIOURS).length + 1);
});
