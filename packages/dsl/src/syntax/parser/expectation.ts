/** What chevrotain's errors say here: only what was expected, in words; the sentence is made where it is reported. */
import { type IParserErrorMessageProvider, tokenLabel } from "chevrotain";

export const expectation: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNotAllInputParsedMessage: () => "the end of the file",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
};
