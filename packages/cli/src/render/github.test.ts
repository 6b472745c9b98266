import { expect, test } from "vitest";
import { findingAt, placeIn } from "../testing/place.ts";
import { renderGithub } from "./github.ts";

test("a place on one line has columns", () => {
  const finding = findingAt(placeIn("\nx «bakup»", "policies/chat.fbp"), { hint: "did you mean backup?" });
  expect(renderGithub(finding)).toBe(
    "::error file=policies/chat.fbp,line=2,endLine=2,col=3,endColumn=8,title=FBP2101::no path is named bakup%0Ahint: did you mean backup?\n",
  );
});

test("a place on several lines has none, for GitHub refuses them", () => {
  const finding = findingAt(placeIn("«on x {\n}»"), { severity: "note" });
  expect(renderGithub(finding)).toBe("::notice file=chat.fbp,line=1,endLine=2,title=FBP2101::no path is named bakup\n");
});

test("text cannot end the command or begin another", () => {
  const finding = findingAt(placeIn("«x»", "a,b:c%\n::set-output name=x::.fbp"), {
    severity: "warning",
    text: "100% wrong\r\n::error::spoofed",
  });
  const printed = renderGithub(finding);
  expect(printed).toBe(
    "::warning file=a%2Cb%3Ac%25%0A%3A%3Aset-output name=x%3A%3A.fbp,line=1,endLine=1,col=1,endColumn=2,title=FBP2101::100%25 wrong%0D%0A::error::spoofed\n",
  );
  expect(printed.trimEnd()).not.toContain("\n");
});
