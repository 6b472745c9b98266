/** Family 5. Codes are stable: a code once given is never given to another message. */
export const coverageMessages = {} as const;
