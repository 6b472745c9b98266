/** Family 1. Codes are stable: a code once given is never given to another message. */
export const syntaxMessages = {} as const;
