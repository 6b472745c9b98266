/** Family 7. Codes are stable: a code once given is never given to another message. */
export const assertionMessages = {} as const;
