/** Each file in fixtures/errors has its messages as comments at its end; FBP_UPDATE=1 rewrites them. */
import { expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { parse } from "./parse.ts";
import { asComments, fixturesIn } from "./testing/fixtures.ts";

const fixtures = fixturesIn(new URL("./fixtures/errors/", import.meta.url));

test("there are fixtures", () => {
  expect(fixtures.length).toBeGreaterThan(20);
});

for (const { name, text, expected, update } of fixtures) {
  test(`${name} has these messages and no others`, () => {
    const report = new Report();
    parse({ name, text }, report);
    const found = asComments(report.diagnostics);
    if (process.env.FBP_UPDATE === "1") update(found);
    else expect(found).toBe(expected);
  });
}
