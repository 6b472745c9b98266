/** The published scores of Failover Bench 0.1 (2026-09-12, CC BY 4.0): pass, partial, safe, fail. */
export const PUBLISHED: Readonly<Record<string, readonly [number, number, number, number]>> = {
  reference_client: [16, 0, 0, 0],
  dsh_llm_fallbacks: [12, 3, 1, 0],
  portkey_oss: [11, 2, 0, 3],
  "bifrost_2.1.1": [9, 3, 3, 1],
  litellm: [9, 3, 4, 0],
  langchain: [9, 3, 4, 0],
  openai_python: [6, 0, 10, 0],
  direct: [4, 0, 12, 0],
};
