/** The packages as they are published: packed as `pnpm publish` does it, and looked at from outside. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PACKAGES = ["runtime", "dsl", "cli"] as const;
type Package = (typeof PACKAGES)[number];

interface PackageJson {
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const home = realpathSync(mkdtempSync(join(tmpdir(), "fbp-packages-")));
const tarballs = new Map<Package, string>();

beforeAll(async () => {
  await Promise.all(
    PACKAGES.map(async (name) => {
      const cwd = join(ROOT, "packages", name);
      if (!existsSync(join(cwd, "dist"))) throw new Error(`packages/${name} is not built: run npm run build`);
      const to = join(home, name);
      mkdirSync(to);
      const [command, args] = pnpm();
      await run(command, [...args, "pack", "--pack-destination", to], { cwd });
      const [tarball] = readdirSync(to);
      if (tarball === undefined) throw new Error(`nothing was packed of packages/${name}`);
      tarballs.set(name, join(to, tarball));
      await run("tar", ["xzf", join(to, tarball), "-C", to]);
    }),
  );
}, 60_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The one that runs this, where one does. npm would leave `workspace:*` in what it packs. */
function pnpm(): readonly [command: string, args: readonly string[]] {
  const { npm_execpath: own } = process.env;
  if (own !== undefined && /pnpm/.test(own)) {
    return /\.[cm]?js$/.test(own) ? [process.execPath, [own]] : [own, []];
  }
  const { packageManager } = readJson<{ readonly packageManager: string }>(join(ROOT, "package.json"));
  return ["npx", ["--yes", packageManager]];
}

function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(file, "utf8")) as Shape;
}

/** Its files, as a service has them in `node_modules`. */
function unpacked(name: Package): string {
  return join(home, name, "package");
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
}

/** What a command says, and how it ends. */
async function said(
  command: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly out: string }> {
  const bin = join(ROOT, "node_modules/.bin", command);
  return run(bin, [...args], { env: { ...process.env, NO_COLOR: "1" } }).then(
    ({ stdout, stderr }) => ({ status: 0, out: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      status: code,
      out: stdout + stderr,
    }),
  );
}

describe.each(PACKAGES)("@fbp/%s", (name) => {
  test("publint finds nothing", { timeout: 60_000 }, async () => {
    const { status, out } = await said("publint", [tarballs.get(name) ?? "", "--strict"]);
    expect([status, out]).toEqual([0, expect.stringContaining("All good!")]);
  });

  test("its types are found by whoever imports it", { timeout: 60_000 }, async () => {
    const { status, out } = await said("attw", [
      tarballs.get(name) ?? "",
      "--profile",
      "esm-only",
      "--format",
      "ascii",
    ]);
    expect([status, out]).toEqual([0, expect.stringContaining("(ESM)")]);
  });

  test("every place that it exports is there, its sources too", () => {
    const { exports } = readJson<PackageJson>(join(unpacked(name), "package.json"));
    const places = Object.values(exports).flatMap((conditions) => Object.values(conditions));
    expect(places.length).toBeGreaterThan(2);
    expect(places.filter((place) => !existsSync(join(unpacked(name), place)))).toEqual([]);
  });

  test("nothing that it imports of its own was left behind, and no test comes along", () => {
    const folder = unpacked(name);
    const files = filesOf(folder);
    expect(files.filter((file) => /\.test\.|\/testing\/|\/fixtures\/|tsbuildinfo/.test(file))).toEqual([]);
    const top = new Set(files.map((file) => file.split("/")[0]));
    const expected = ["LICENSE", "dist", "package.json", "src", ...(name === "cli" ? ["bin", "templates"] : [])];
    expect([...top].sort()).toEqual(expected.sort());
    const missing = files
      .filter((file) => /\.(?:js|d\.ts)$/.test(file))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
        return [...text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]*)"/g)].flatMap(([, specifier = ""]) => {
          const target = resolve(folder, dirname(file), specifier).replace(/\.ts$/, ".js");
          return existsSync(target) ? [] : [`${file} imports ${relative(folder, target)}`];
        });
      });
    expect(missing).toEqual([]);
  });

  test("it depends on versions, not on this workspace", () => {
    const { dependencies = {} } = readJson<PackageJson>(join(unpacked(name), "package.json"));
    expect(Object.values(dependencies).filter((version) => !/^\d/.test(version))).toEqual([]);
  });
});
