import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@fbp/source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["@fbp/source", "node", "import", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Some files mostly wait: for processes, sockets and real time limits.
    maxWorkers: "150%",
    // Only what hangs comes to it: machines differ in speed, and no test measures time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
