import { describe, expect, test } from "vitest";
import { openText } from "../contract-file.ts";
import { memoryHost } from "../host.ts";
import { AREA_NAMES, type Verification } from "./document.ts";
import { withVerification } from "./record.ts";
import { textOfShipped } from "./testing/shipped.ts";

const VERIFIED: Verification = {
  status: "verified",
  source: [{ title: "A page", address: "https://example.com" }],
  checker: "jo",
  day: "2026-11-22",
  validDays: 90,
};

describe.each(["cometapi", "openai-compatible", "local"] as const)("the shipped contract %s", (name) => {
  const text = textOfShipped(name);

  test.each(AREA_NAMES)("gets a verification of %s, and nothing else changes", (area) => {
    const changed = withVerification(text, area, VERIFIED);
    const before = JSON.parse(text) as Record<string, object>;
    expect(JSON.parse(changed)).toEqual({ ...before, [area]: { ...before[area], verification: VERIFIED } });
    const lines = new Set(changed.split("\n"));
    const gone = text.split("\n").filter((line) => !lines.has(line));
    expect(
      gone.every((line) => /"(?:status|source|title|address|notes|checker|day|validDays)"|^\s+[{}\]]+,?$/.test(line)),
    ).toBe(true);
    expect(openText({ name: "a", text: changed }, memoryHost({})).loaded?.contract[area].verification).toEqual(
      VERIFIED,
    );
  });
});

describe("a contract that extends another", () => {
  const OVERLAY = `{
  "fbp": 1,
  "name": "acme",
  "extends": "./base.json",
  "limits": {
    "headers": { "x-acme": {} }
  }
}
`;

  test("gets the area that it does not hold yet, in its order", () => {
    expect(withVerification(OVERLAY, "auth", { ...VERIFIED, source: [{ title: "A page" }] })).toBe(
      OVERLAY.replace(
        '  "limits": {\n',
        `  "auth": {
    "verification": {
      "status": "verified",
      "source": [
        { "title": "A page" }
      ],
      "checker": "jo",
      "day": "2026-11-22",
      "validDays": 90
    }
  },
  "limits": {
`,
      ),
    );
  });

  test("gets the verification before what the area says", () => {
    const pending: Verification = { status: "pending_review", source: [], notes: "why" };
    expect(withVerification(OVERLAY, "limits", pending)).toBe(
      OVERLAY.replace(
        '    "headers"',
        '    "verification": {\n      "status": "pending_review",\n      "source": [],\n      "notes": "why"\n    },\n    "headers"',
      ),
    );
  });
});
