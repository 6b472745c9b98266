/** Family 6. Codes are stable: a code once given is never given to another message. */
export const budgetMessages = {} as const;
