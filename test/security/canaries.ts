/** What is planted where, and what a provider does with it. */
import type { WorldEvent } from "@fbp/runtime/virtual";

/** Each in one place only, and none that looks like a key: what is found would have been let through. */
export const CANARY = {
  key: "kanari.key.0001",
  prompt: "kanari prompt",
  system: "kanari system",
  toolName: "kanari_tool",
  toolArgument: "kanari argument",
  metadata: "kanari metadata",
  user: "kanari user",
  context: "kanari context",
  answer: "kanari answer",
  answerTool: "kanari called",
  answerModel: "kanari model",
  answerId: "kanari answer id",
  refusal: "kanari refusal",
  reasoning: "kanari reasoning",
  errorMessage: "kanari message",
  errorCode: "kanari_code",
  errorType: "kanari_type",
  errorParam: "kanari_param",
  errorOther: "kanari other",
  errorNested: "kanari nested",
  bodyText: "kanari text",
  page: "kanari page",
  title: "kanari title",
  responseHeader: "kanari header",
  cookie: "kanari cookie",
  requestId: "kanari-request-id",
  requestHeader: "kanari sent header",
  adapter: "kanari adapter",
  abort: "kanari abort",
  traceId: "kanari-trace",
} as const;

export type Canary = keyof typeof CANARY;

export const REQUEST = {
  messages: [
    { role: "system", content: CANARY.system },
    { role: "user", content: CANARY.prompt },
    { role: "assistant", tool_calls: [call(CANARY.toolArgument)] },
  ],
  tools: [{ type: "function", function: { name: CANARY.toolName, parameters: { description: CANARY.toolArgument } } }],
  metadata: { note: CANARY.metadata },
  user: CANARY.user,
};

function call(text: string) {
  return { id: "call_1", type: "function", function: { name: CANARY.toolName, arguments: JSON.stringify({ text }) } };
}

const HEADERS = {
  "content-type": "application/json",
  "x-request-id": `${CANARY.requestId} ${CANARY.key}`,
  "x-served-by": CANARY.responseHeader,
  "set-cookie": CANARY.cookie,
  "retry-after": CANARY.responseHeader,
  "x-ratelimit-reset-requests": CANARY.responseHeader,
  "x-echo": CANARY.requestHeader,
};

const message = {
  role: "assistant",
  content: CANARY.answer,
  reasoning_content: CANARY.reasoning,
  refusal: null,
  tool_calls: [call(CANARY.answerTool)],
};

const answer = (choice: object, more: object = {}): object => ({
  id: CANARY.answerId,
  model: CANARY.answerModel,
  choices: [{ index: 0, ...choice }],
  usage: { prompt_tokens: 5, completion_tokens: 2, note: CANARY.answer },
  ...more,
});

const error = {
  message: `${CANARY.errorMessage}: ${CANARY.prompt}, key ${CANARY.key}`,
  code: `${CANARY.errorCode} ${CANARY.key}`,
  type: CANARY.errorType,
  param: CANARY.errorParam,
  other: CANARY.errorOther,
  inner: { message: CANARY.errorNested, key: CANARY.key },
};

const PAGE = `<!DOCTYPE html><html><head><title>${CANARY.title} ${CANARY.key}</title></head><body>${CANARY.page}</body></html>`;

const returns = (
  status: number,
  body: unknown,
  more: Partial<Extract<WorldEvent, { kind: "returns" }>> = {},
): WorldEvent => {
  return { kind: "returns", status, headers: HEADERS, body, ...more };
};

const page = (status: number): WorldEvent =>
  returns(status, PAGE, { headers: { ...HEADERS, "content-type": "text/html" } });

/** What a provider may do with a call, by name. */
export const EVENTS: Readonly<Record<string, WorldEvent>> = {
  "an answer": returns(200, answer({ message, finish_reason: "tool_calls" })),
  "an answer that was cut": returns(200, answer({ message, finish_reason: "length" })),
  "an answer that was refused": returns(200, answer({ message, finish_reason: "content_filter" })),
  "an answer that refuses": returns(
    200,
    answer({ message: { role: "assistant", content: null, refusal: CANARY.refusal }, finish_reason: "stop" }),
  ),
  "an answer of another shape": returns(200, {
    id: CANARY.answerId,
    text: CANARY.answer,
    key: CANARY.key,
    prompt: CANARY.prompt,
  }),
  "an answer that is empty": returns(200, answer({}, { choices: [] })),
  "an answer that breaks off": returns(200, answer({ message }), { breaksOff: "reset" }),
  "a text": returns(200, CANARY.bodyText),
  "a page": page(200),
  "an error under 200": returns(200, { error }),
  "an error in a list": returns(500, [{ error }]),
  ...Object.fromEntries(
    [400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529].map((status) => [
      `status ${status}`,
      returns(status, { error }),
    ]),
  ),
  "an error that is a text": returns(400, { error: `${CANARY.errorMessage} ${CANARY.prompt}` }),
  "an error without a body": returns(503, ""),
  "an error that is text": returns(502, CANARY.bodyText),
  "a page of a proxy": page(520),
  "an error that breaks off": returns(500, { error }, { breaksOff: "reset" }),
  "a redirect": returns(302, "", { headers: { ...HEADERS, location: `https://${CANARY.responseHeader}/` } }),
  "a reset": { kind: "fails", fault: "reset" },
  "no connection": { kind: "fails", fault: "connect" },
  silence: { kind: "hangs" },
};

const delta = (piece: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: CANARY.answerId, model: CANARY.answerModel, choices: [{ index: 0, delta: piece, finish_reason }] })}\n\n`;

const BEGINNING = `: ${CANARY.bodyText}\n\n${delta({ role: "assistant" })}`;
const PIECES =
  delta({ content: CANARY.answer }) +
  delta({ reasoning_content: CANARY.reasoning }) +
  delta({ tool_calls: [{ index: 0, ...call(CANARY.answerTool) }] });
const FINISH = `${delta({}, "tool_calls")}data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } })}\n\n`;
const DONE = "data: [DONE]\n\n";

const streams = (text: string, more: Partial<Extract<WorldEvent, { kind: "returns" }>> = {}): WorldEvent =>
  returns(200, text, { headers: { ...HEADERS, "content-type": "text/event-stream" }, ...more });

/** What a provider may do with a call for a stream, beside all of `EVENTS`. */
export const STREAMS: Readonly<Record<string, WorldEvent>> = {
  "a stream": streams(BEGINNING + PIECES + FINISH + DONE),
  "a stream without an end": streams(BEGINNING + PIECES),
  "a stream that breaks off": streams(BEGINNING + PIECES, { breaksOff: "reset" }),
  "a stream that breaks off before a token": streams(BEGINNING, { breaksOff: "reset" }),
  "a stream that is refused": streams(BEGINNING + PIECES + delta({}, "content_filter") + DONE),
  "a stream that is cut": streams(BEGINNING + PIECES + delta({}, "length") + DONE),
  "an error event": streams(`${BEGINNING}event: error\ndata: ${JSON.stringify({ error })}\n\n`),
  "an error event after a token": streams(`${BEGINNING}${PIECES}event: error\ndata: ${JSON.stringify({ error })}\n\n`),
  "an error event that is text": streams(`event: error\ndata: ${CANARY.bodyText} ${CANARY.key}\n\n`),
  "a chunk with an error": streams(`${BEGINNING}data: ${JSON.stringify({ error, choices: [] })}\n\n`),
  "a chunk that is no JSON": streams(`${BEGINNING}${PIECES}data: ${CANARY.bodyText}\n\n`),
  "a chunk of another shape": streams(`${BEGINNING}data: ${JSON.stringify({ choices: CANARY.answer })}\n\n`),
};
