/** So many schemas inside of each other without a field or an item between them; deeper ones are `unknown`. */
export const DEEPEST = 100;

/** Of more members than this the alike are joined: a union's size must not grow with a product of unions. */
export const MOST_MEMBERS = 64;
