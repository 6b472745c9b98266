export { bytesOf, SIXTY_WORDS, SIXTY_WORDS_TEXT, scaled, scriptOf, wholeAnswer } from "./answer.ts";
export {
  type Behaviour,
  HEALTHY,
  type InPieces,
  type OddEvent,
  refusal,
  type Stop,
  type Streamed,
  type Whole,
} from "./behaviour.ts";
export { type Choose, Provider, type ProviderCall, type ProviderCounts, type ProviderOptions } from "./provider.ts";
