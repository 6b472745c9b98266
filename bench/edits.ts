/** What a check costs that comes after an edit, as `fbp check --watch` does it: one compiler, kept from check to check. */
import { readFileSync } from "node:fs";
import { Compiler, memoryHost } from "@fbp/dsl";
import type { Subject } from "./measure.ts";

const POLICIES = new URL("../policies/", import.meta.url);
const LINES = 1000;
const OPTIONS = { profile: "development", asOf: "2026-11-22" } as const;

export function edits(): Subject[] {
  const text = grown(readFileSync(new URL("chat-completions.fbp", POLICIES), "utf8"));
  return [
    edited("an edit of a comment", text, (at) => text.replace("\npolicy ", `\n// ${at}\npolicy `)),
    edited("an edit of a scenario", text, (at) => text.replace("within 2s", `within ${2 + at}s`)),
    edited("an edit of a rule's budget", text, (at) => text.replace(/deadline +\d+s/, `deadline ${20 + (at % 10)}s`)),
    edited("an edit that is an error", text, (at) => text.replace(/start +primary/, `start nobody${at}`)),
  ];
}

/** The runbook policy with its scenarios again and again, each time under other names. */
function grown(policy: string): string {
  const first = policy.indexOf('scenario "');
  const scenarios = policy.slice(first);
  let text = policy;
  for (let copy = 1; text.split("\n").length < LINES; copy++) {
    text += `\n${scenarios.replaceAll('scenario "', `scenario "${copy}: `)}`;
  }
  return text;
}

function edited(name: string, text: string, edit: (at: number) => string): Subject {
  let current = text;
  const host = memoryHost({});
  const compiler = new Compiler({
    ...host,
    read: (file) => ({
      kind: "text",
      text: file === "chat-completions.fbp" ? current : readFileSync(new URL(file, POLICIES), "utf8"),
    }),
  });
  let done = 0;
  const check = (): void => {
    const { diagnostics } = compiler.compile("chat-completions.fbp", OPTIONS);
    if (diagnostics.length > 10) throw new Error(diagnostics.map((each) => each.text).join("\n"));
  };
  check();
  return {
    name,
    run: (times) => {
      for (let at = 0; at < times; at++) {
        current = edit(++done);
        if (current === text) throw new Error(`${name} changes nothing`);
        check();
      }
    },
  };
}
