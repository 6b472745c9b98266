import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@fbp/source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["@fbp/source", "node", "import", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    maxWorkers: "100%",
    testTimeout: 30_000,
    passWithNoTests: false,
  },
});
