/**
 * Ids for requests: 48 random bits for this process's maker of ids, then a count. Unique over all
 * processes for all practical purposes, and far cheaper than a random UUID for each request.
 */
export function requestIds(): () => string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  const maker = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const prefix = `${maker}-`;
  let count = 0;
  return () => {
    count += 1;
    return prefix + count;
  };
}
