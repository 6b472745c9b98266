/** Copies of sources, by the pages that tell of them and by every way in which one can fail. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { digestBy, openText } from "../contract-file.ts";
import { digestText } from "../digest.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import { areaState } from "./reliance.ts";
import { contradictionsOf, copiesOf } from "./sources.ts";
import { localWith, ROOT } from "./testing/shipped.ts";

const HELD = "60 requests a minute\n";
const DIGEST = digestText(HELD);
const host = memoryHost({ "sources/limits.txt": HELD, "large.txt": "x".repeat(33 * 1024 * 1024) });

/** The copies of `limits`, verified against one source. */
function limitsWith(source: object, more: object = {}) {
  const text = localWith({ limits: { verification: { source: [{ title: "Limits", ...source }], ...more } } });
  const { loaded } = openText({ name: "contracts/local.contract.json", text }, host);
  if (loaded === null) throw new Error("the contract is not read");
  const { contract } = loaded;
  const contradictions = contradictionsOf(contract, digestBy(host));
  return {
    copies: copiesOf(contract.limits.verification, digestBy(host)),
    state: areaState(contract, "limits", "2026-11-22", contradictions).kind,
  };
}

test.each<[what: string, source: object, copy: object, state: string]>([
  ["a source that names no file", {}, { kind: "none" }, "verified"],
  ["a digest of what is not here", { digest: DIGEST }, { kind: "none" }, "verified"],
  [
    "a copy that is what was read",
    { file: "sources/limits.txt", digest: DIGEST },
    { kind: "same", digest: DIGEST },
    "verified",
  ],
  [
    "its name written otherwise",
    { file: "./sources//limits.txt", digest: DIGEST },
    { kind: "same", digest: DIGEST },
    "verified",
  ],
  [
    "a copy that has changed",
    { file: "sources/limits.txt", digest: digestText("") },
    { kind: "changed", digest: DIGEST },
    "contradicted",
  ],
  [
    "a copy that is gone",
    { file: "gone.txt", digest: DIGEST },
    { kind: "unread", why: "is not there" },
    "contradicted",
  ],
  [
    "a name relative to the contract",
    { file: "../sources/limits.txt", digest: DIGEST },
    { kind: "unread", why: "lies outside the project's root" },
    "contradicted",
  ],
  [
    "a copy that is too large",
    { file: "large.txt", digest: DIGEST },
    { kind: "unread", why: "cannot be read: it is larger than 32 MiB" },
    "contradicted",
  ],
])("%s", (_, source, copy, state) => {
  expect(limitsWith(source)).toEqual({ copies: [copy], state });
});

test("what is pending contradicts nothing, and an old check that is contradicted has not merely expired", () => {
  const changed = { file: "sources/limits.txt", digest: digestText("") };
  expect(limitsWith(changed, { status: "pending_review" }).state).toBe("pending");
  expect(limitsWith({ file: "sources/limits.txt" }, { status: "pending_review" })).toEqual({
    copies: [{ kind: "unpinned", digest: DIGEST }],
    state: "pending",
  });
  expect(limitsWith(changed, { day: "2020-01-01", validDays: 1 }).state).toBe("contradicted");
});

describe.each(["FBP3103", "FBP3104"])("%s", (code) => {
  const page = readFileSync(`${ROOT}docs/diagnostics/${code}.md`, "utf8");
  const POLICY = `contract local from "./local.json"
path primary { contract local
  model "a"
  timeout 8s
}
policy chat {
  start primary
  budget { deadline 20s
    attempts 1
  }
  on primary {
    any health -> failed -> fail
    otherwise  -> failed -> fail
  }
}
`;

  function codesOf(kind: "wrong" | "right", profile: "development" | "production"): readonly string[] {
    const patch = JSON.parse(new RegExp(`\`\`\`json ${kind}\\n(.*?)\n\`\`\``, "su").exec(page)?.[1] ?? "") as unknown;
    const files = { "chat.fbp": POLICY, "local.json": localWith(patch), "sources/limits.txt": HELD };
    const { diagnostics } = compile("chat.fbp", memoryHost(files), { profile, asOf: "2026-11-22" });
    return diagnostics.filter(({ severity }) => severity !== "note").map((one) => `${one.severity} ${one.code}`);
  }

  test.each(["development", "production"] as const)(
    "is an error in %s, also where nothing relies on the area",
    (profile) => {
      expect(codesOf("wrong", profile)).toEqual([`error ${code}`]);
      expect(codesOf("right", profile)).toEqual([]);
    },
  );
});
