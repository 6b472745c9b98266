import { defineConfig } from "vitest/config";

const CROSSING = "test/**/*.test.ts";
/** They put other modules in the place of ours, which no other test is to meet. */
const MOCKING = ["packages/dsl/src/analyze/guarantees.test.ts", "packages/dsl/src/proof-ground.test.ts"];

export default defineConfig({
  resolve: { conditions: ["@fbp/source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["@fbp/source", "node", "import", "default"] } },
  test: {
    setupFiles: ["test/support/seed.ts"],
    // Some files mostly wait: for processes, sockets and real time limits.
    maxWorkers: "150%",
    // Only what hangs comes to it: machines differ in speed, and no test measures time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
    projects: [
      { extends: true, test: { name: "whole", include: [CROSSING, ...MOCKING] } },
      // Beside the code, and without state of their own: one worker loads the compiler once for many of them.
      {
        extends: true,
        test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], exclude: MOCKING, isolate: false },
      },
    ],
  },
});
