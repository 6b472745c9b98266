/** Declarations of many modules as one text, as the runtime in a bundle needs them. */
import { expect, test } from "vitest";

const { rollUp } = (await import(new URL("../roll-up.ts", import.meta.url).href)) as {
  readonly rollUp: (entry: string, read: (name: string) => Promise<string>) => Promise<string>;
};

function rolled(files: Readonly<Record<string, string>>): Promise<string> {
  return rollUp("index.d.ts", async (name) => files[name] ?? Promise.reject(new Error(`no ${name}`)));
}

test("keeps what the entry exports and what that mentions, each with its comment, and nothing else", async () => {
  const text = await rolled({
    "index.d.ts": '/** The entry. */\nexport { type A, make } from "./core/a.ts";\nexport type * from "./b.ts";\n',
    "core/a.d.ts": `/** Above all. */
/** An A. */
export interface A {
    /** Of b. */
    readonly b: B;
}
/** Not mentioned. */
export interface Other {
}
export declare function make(): A;
import type { B } from "../b.ts";
//# sourceMappingURL=a.d.ts.map`,
    "b.d.ts": 'export type B = \n/** One. */\n{\n    kind: "one";\n} \n/** Two. */\n | {\n    kind: "two";\n};\n',
  });
  expect(text).toBe(`/** An A. */
interface A {
    /** Of b. */
    readonly b: B;
}

function make(): A;

type B = 
/** One. */
{
    kind: "one";
} 
/** Two. */
 | {
    kind: "two";
};
`);
});

test("follows a type that was left to be inferred", async () => {
  const text = await rolled({
    "index.d.ts": 'export declare class C {\n    readonly d: import("./d.ts").D;\n}\n',
    "d.d.ts": "export interface D {\n}\n",
  });
  expect(text).toBe("class C {\n    readonly d: D;\n}\n\ninterface D {\n}\n");
});

test("two of one name, a new name, or a statement of another form stop the build", async () => {
  const two = 'export * from "./a.ts";\nexport * from "./b.ts";\n';
  await expect(
    rolled({ "index.d.ts": two, "a.d.ts": "export type X = 1;\n", "b.d.ts": "export type X = 2;\n" }),
  ).rejects.toThrow("both a.d.ts and b.d.ts declare X: rename one");
  await expect(
    rolled({ "index.d.ts": 'export { X as Y } from "./a.ts";\n', "a.d.ts": "export type X = 1;\n" }),
  ).rejects.toThrow("index.d.ts: renames what it imports");
  await expect(rolled({ "index.d.ts": "export enum E {}\n" })).rejects.toThrow("no known form of a statement");
});
