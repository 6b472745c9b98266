/** Family 2. Codes are stable: a code once given is never given to another message. */
export const nameMessages = {} as const;
