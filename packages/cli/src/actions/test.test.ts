import { expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "../testing/fbp.ts";

const FAILING = `
scenario "the primary answers late" for chat {
  primary times out
  primary returns 401 { "error": { "code": "invalid_api_key" } }
  backup  answers
  expect  answer from backup, reason primary_timeout, attempts 3, within 10s, page "llm-platform"
}
`;

test("a line for each scenario that passes", async () => {
  const { status, out, err } = await fbp(["test", "chat.fbp"], { cwd: projectWith() });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/test.txt");
});

test("for one that fails, expected beside got and the story", async () => {
  const { status, out } = await fbp(["test", "chat.fbp"], { cwd: projectWith((policy) => policy + FAILING) });
  expect(status).toBe(1);
  await expect(out).toMatchFileSnapshot("./snapshots/test-failed.txt");
});

test("one that cannot be played says why and where", async () => {
  const steps = 'request { "messages": [], "stream": false }\n  primary breaks after 3 tokens\n  expect failure';
  const scenario = `scenario "cut" for chat {\n  ${steps}\n}\n`;
  const { status, out } = await fbp(["test", "chat.fbp"], { cwd: projectWith((policy) => `${policy}\n${scenario}`) });
  expect(status).toBe(1);
  expect(out).toMatch(
    /FAILED cut chat\.fbp:\d+:10\n +it cannot be played: the request asks for a whole answer, .* \(chat\.fbp:\d+:3\)/,
  );
});

test("a file with errors plays nothing", async () => {
  const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
  const { status, out } = await fbp(["test", "chat.fbp"], { cwd });
  expect(status).toBe(1);
  expect(out).toContain("error FBP2001");
  expect(out).not.toContain("warning");
  expect(out).toMatch(/1 error in 1 file\nno scenario was played\n$/);
});

test("a scenario that several files use is played once", async () => {
  const cwd = projectWith(undefined, { "more.fbp": 'use "./chat.fbp"\n' });
  const { status, out } = await fbp(["test", "."], { cwd });
  expect(status).toBe(0);
  expect(out).toMatch(/^3 scenarios passed$/m);
});

test("scenarios may stand in a file of their own", async () => {
  const [policy = "", ...scenarios] = POLICY.split("\nscenario");
  const cwd = projectWith(() => policy, {
    "scenarios.fbp": `use "./chat.fbp"\n${scenarios.map((text) => `\nscenario${text}`).join("")}`,
  });
  expect((await fbp(["test", "scenarios.fbp"], { cwd })).out).toMatch(/^3 scenarios passed$/m);
});

test("as GitHub annotations, one for each expectation that is not met", async () => {
  const { status, out } = await fbp(["test", "chat.fbp", "--format", "github"], {
    cwd: projectWith((policy) => policy + FAILING),
  });
  expect(status).toBe(1);
  expect(out.replaceAll(/\d+/g, "N")).toBe(
    ["answer from backup, got failure", "reason primary_timeout, got reason auth_error", "attempts N, got attempts N"]
      .map(
        (text) =>
          `::error file=chat.fbp,line=N,endLine=N,col=N,endColumn=N,title=fbp test::"the primary answers late": expected ${text}\n`,
      )
      .join(""),
  );
});
