/** Family 4. Codes are stable: a code once given is never given to another message. */
export const safetyMessages = {} as const;
