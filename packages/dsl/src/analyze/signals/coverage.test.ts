import type { Failure } from "@fbp/runtime/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContractModel, SignalsLineModel } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { Report } from "../../diagnostics/index.ts";
import { fixture, modelOf, runbook } from "../testing/fixtures.ts";
import { Coverage } from "./coverage.ts";
import { signalCoverage } from "./index.ts";

function contractWith(lines: string): ContractModel {
  const [contract] = modelOf(`contract provider from "./contracts/local.contract.json"
signals for provider {
${lines}
}
path only { contract provider
 model "model-a"
 timeout 8s }
policy of_a_test {
  start only
  budget {
    deadline 8s
    attempts 1
  }
  repeat always
  on only {
    any health -> failed -> fail
    otherwise -> failed -> fail
  }
}`).contracts;
  if (contract === undefined) throw new Error("there is no contract");
  return contract;
}

function firstFor({ signals }: ContractModel, failure: Failure): SignalsLineModel | undefined {
  return signals.find(({ when }) => when === null || evaluate(when, failure));
}

describe("a line that is reached", () => {
  it.each(["runbook", "openai-compatible"])("shows a failure that it reads itself, over %s", (name) => {
    const [contract] = (name === "runbook" ? runbook() : runbook("openai-compatible")).contracts;
    if (contract === undefined) return;
    const coverage = new Coverage(contract);
    for (const [index, line] of contract.signals.entries()) {
      const found = coverage.of(index);
      if (found.kind === "reached") expect(firstFor(contract, found.example.failure)).toBe(line);
      if (found.kind === "covered") expect(firstFor(contract, found.example.failure)).toBe(found.taker);
      expect(["reached", "covered"]).toContain(found.kind);
    }
  });
});

describe("what earlier lines leave", () => {
  it("is asked of all of them together, and the fewest are named", () => {
    const contract = contractWith(`  server_error when status in 500..599
  rate_limited when error.code == "slow_down"
  client_invalid when status in 400..499
  quota_exhausted when status in {402, 500} and error.type == "billing"`);
    const found = new Coverage(contract).of(3);
    expect(found.kind === "covered" && found.by).toEqual([contract.signals[0], contract.signals[2]]);
  });

  it("is something where only nearly all is taken", () => {
    const contract = contractWith(`  server_error when status in 500..599
  client_invalid when status in 400..498
  quota_exhausted when status in {499, 500}`);
    const found = new Coverage(contract).of(2);
    expect(found.kind === "reached" && found.example.failure.status).toBe(499);
  });
});

// ---------------------------------------------------------------- no failure says otherwise

const TESTS = [
  "transport failed",
  "not sent",
  "transport == reset",
  "status == 429",
  "status in {400, 429, 500}",
  "status in 400..499",
  "status >= 500",
  'error.code == "a"',
  'error.code in {"a", "b"}',
  "error.code is present",
  'error.message contains "x"',
  'error.message starts with "xy"',
  'header["retry-after"] is present',
];

const test = fc.constantFrom(...TESTS);
const condition = fc.oneof(
  test,
  fc.tuple(test, fc.constantFrom("and", "or"), test).map((parts) => `(${parts.join(" ")})`),
  test.map((one) => `not (${one})`),
);
const SIGNALS = ["transport_timeout", "server_error", "rate_limited", "client_invalid", "quota_exhausted"];

const failure: fc.Arbitrary<Failure> = fc
  .record({
    fault: fc.constantFrom(null, null, null, "connect" as const, "reset" as const, "attempt_timeout" as const),
    status: fc.constantFrom(0, 200, 302, 400, 404, 429, 500, 503, 599),
    code: fc.constantFrom(undefined, "a", "b", "c"),
    message: fc.constantFrom(undefined, "xy", "ax", "z"),
    headers: fc.constantFrom<Readonly<Record<string, string>>>({}, { "retry-after": "1" }),
    isThere: fc.boolean(),
  })
  .map(({ fault, status, code, message, headers, isThere }): Failure => {
    const isWell = status === 200;
    const transport = status === 0 ? (fault ?? "connect") : isWell ? (fault === "connect" ? "reset" : fault) : null;
    const error = { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
    const hasError = transport === null && (isWell || isThere);
    return {
      transport,
      sent: transport !== "connect",
      status,
      headers: status === 0 ? {} : headers,
      error: hasError ? error : null,
    };
  });

describe("no failure", () => {
  it("is read by a line that is said to be covered, or to be impossible", () => {
    const contracts = fc
      .array(fc.tuple(fc.constantFrom(...SIGNALS), condition), { minLength: 2, maxLength: 6 })
      .map((lines) => {
        try {
          return contractWith(lines.map(([signal, when]) => `  ${signal} when ${when}`).join("\n"));
        } catch {
          // What the checks refuse already, or what this very stage reports.
          return null;
        }
      });
    fc.assert(
      fc.property(contracts, fc.array(failure, { minLength: 40, maxLength: 40 }), (contract, failures) => {
        fc.pre(contract !== null);
        const coverage = new Coverage(contract);
        const kinds = new Map(contract.signals.map((line, index) => [line, coverage.of(index).kind]));
        for (const one of failures) {
          const line = firstFor(contract, one);
          expect(line === undefined ? "none" : kinds.get(line)).toBe("reached");
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is left over", () => {
    const [contract] = fixture("guards").contracts;
    fc.assert(
      fc.property(failure, (one) => {
        expect(contract && firstFor(contract, one)).toBeDefined();
      }),
    );
  });
});

describe("a block that serves several contracts", () => {
  const block = (name: string) => `contract first from "./contracts/local.contract.json"
contract second from "./contracts/${name}.contract.json"
signals {
  documented
  client_invalid when error.code == "content_filter"
}
path one { contract first
 model "model-a"
 timeout 8s }
path two { contract second
 model "model-b"
 timeout 8s }
policy of_a_test {
  start one
  budget {
    deadline  20s
    attempts  2
    fallbacks 1
  }
  repeat always
  on one {
    any transient -> failed -> fallback two else fail
    any health -> failed -> fail
    otherwise -> failed -> fail
  }
  on two {
    any health -> failed -> fail
    otherwise -> failed -> fail
  }
}`;

  function told(name: string): readonly string[] {
    const report = new Report();
    signalCoverage(modelOf(block(name)), report);
    return report.diagnostics.map(({ code }) => code);
  }

  it("is told of a line only where none of them needs it", () => {
    // Both document the code, and read it as something else; then the line is needed by one that does not.
    expect(told("local")).toEqual(["FBP5011"]);
    expect(told("cometapi")).toEqual([]);
  });
});
