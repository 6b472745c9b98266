/** Family 3. Codes are stable: a code once given is never given to another message. */
export const contractMessages = {} as const;
