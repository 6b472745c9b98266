import { expect, test } from "vitest";
import { memoryIo } from "../testing/memory-io.ts";
import { findingAt, placeIn } from "../testing/place.ts";
import { type Finding, summaryOf } from "./finding.ts";
import { paletteFor } from "./palette.ts";
import { renderText } from "./text.ts";

const POLICY = `contract comet from "./contracts/comet.contract.json"

path backup {
  contract comet
}

policy chat {
  on primary {
    transport_timeout -> primary_timeout -> fallback «bakup» else fail
  }
}
`;

function text(finding: Finding, terminal = false): string {
  const { stdout } = memoryIo({ terminal });
  return renderText(finding, { palette: paletteFor(stdout, {}), columns: null });
}

const unknownPath = findingAt(placeIn(POLICY), {
  hint: "did you mean backup?",
  related: [
    {
      span: placeIn(POLICY.replaceAll(/[«»]/g, "").replace("path backup", "path «backup»")),
      text: "backup is declared here",
    },
  ],
});

test("a finding with a hint and a related place", async () => {
  await expect(text(unknownPath)).toMatchFileSnapshot("./snapshots/related.txt");
});

test("colours on a terminal", async () => {
  await expect(text(unknownPath, true)).toMatchFileSnapshot("./snapshots/colour.txt");
});

test("a place at the end of a file", async () => {
  const finding = findingAt(placeIn("policy chat {\n  start primary\n«»"), {
    code: "FBP1001",
    text: "expected }, found the end",
  });
  await expect(text(finding)).toMatchFileSnapshot("./snapshots/end-of-file.txt");
});

test("a span of many lines, numbered to three digits", async () => {
  const finding = findingAt(placeIn(`${"\n".repeat(97)}«on primary {\n  a -> b -> fail\n  c -> d -> fail\n\n}»\n`), {
    severity: "warning",
    text: "no request can reach primary",
  });
  await expect(text(finding)).toMatchFileSnapshot("./snapshots/many-lines.txt");
});

test("an empty file", async () => {
  await expect(text(findingAt(placeIn("«»"), { text: "the file is empty" }))).toMatchFileSnapshot(
    "./snapshots/empty-file.txt",
  );
});

test("a name that holds an escape sequence is not passed on", () => {
  expect(text(findingAt(placeIn("«x»", "a\u001b[2J.fbp"), { text: 'no model is named "\u001b[2J"' }))).not.toContain(
    "\u001b",
  );
});

test("on a terminal words are kept whole, and a command in a hint stays in one piece", () => {
  const finding = findingAt(placeIn("«x»"), {
    text: "the contract `provider` is not verified where this program relies on it",
    hint: "try what is open, again where something has changed; what to run: fbp evidence status policies/chat.fbp; or else",
  });
  const { stdout } = memoryIo();
  expect(renderText(finding, { palette: paletteFor(stdout, {}), columns: 50 })).toBe(
    [
      "error FBP2101: the contract `provider` is not",
      "verified where this program relies on it",
      " --> chat.fbp:1:1",
      "  |",
      "1 | x",
      "  | ^",
      "  = hint: try what is open, again where something",
      "    has changed;",
      "    what to run: fbp evidence status policies/chat.fbp;",
      "    or else",
      "",
    ].join("\n"),
  );
});

test("the summary counts by severity", () => {
  const place = placeIn("«x»");
  const of = (severity: Finding["severity"]) => findingAt(place, { severity });
  expect(summaryOf([], 1)).toBe("no problems in 1 file");
  expect(summaryOf([of("error"), of("warning"), of("error"), of("note")], 3)).toBe(
    "2 errors, 1 warning, 1 note in 3 files",
  );
});
