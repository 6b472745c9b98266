/** Family 9. Codes are stable: a code once given is never given to another message. */
export const styleMessages = {} as const;
