import { describe, expect, test } from "vitest";
import { plainFiles } from "./plain-check.ts";
import { fbp, POLICY, projectWith } from "./testing/fbp.ts";

test.each<[readonly string[], readonly string[] | null]>([
  [["check", "chat.fbp"], ["chat.fbp"]],
  [
    ["check", "a", "b", "-"],
    ["a", "b", "-"],
  ],
  [["check"], null],
  [["check", "--explain", "a"], null],
  [["check", "a", "-h"], null],
  [["check", "--", "a"], null],
  [["build", "a"], null],
  [[], null],
])("%j has the files %j", (argv, files) => {
  expect(plainFiles(argv)).toEqual(files);
});

describe("is what the command line would have made of it", () => {
  test.each([
    ["a policy", (policy: string) => policy, ["chat.fbp"]],
    ["a wrong one", (policy: string) => policy.replace("start primary", "start primry"), ["chat.fbp"]],
    ["standard input", (policy: string) => policy, ["-"]],
    ["a folder", (policy: string) => policy, ["."]],
    ["a folder without policies", (policy: string) => policy, ["contracts"]],
    ["a file that is not there", (policy: string) => policy, ["chta.fbp"]],
  ])("%s", async (_, change, files) => {
    const options = { cwd: projectWith(change), input: POLICY };
    const plain = await fbp(["check", ...files], options);
    expect(plain).toEqual(await fbp(["check", ...files, "--format", "text"], options));
    // Whatever the defaults are said to be is what they are here.
    expect(plain).toEqual(await fbp(["check", "--", ...files], options));
  });
});
