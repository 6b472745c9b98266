/** Family 8. Codes are stable: a code once given is never given to another message. */
export const eligibilityMessages = {} as const;
