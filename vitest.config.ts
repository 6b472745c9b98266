import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@fbp/source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["@fbp/source", "node", "import", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
    passWithNoTests: false,
  },
});
