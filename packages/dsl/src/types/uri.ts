/** URI references as RFC 3986 has them: pure text, any scheme, nothing is normalised but letter case. */

interface Parts {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

/** What stands before the first `#`, and the fragment behind it; null where there is no `#`. */
export function splitFragment(reference: string): { readonly uri: string; readonly fragment: string | null } {
  const at = reference.indexOf("#");
  return at < 0
    ? { uri: reference, fragment: null }
    : { uri: reference.slice(0, at), fragment: reference.slice(at + 1) };
}

/** `reference` without a fragment, seen from `base` (section 5.2). A base may itself be relative, or empty. */
export function resolveUri(base: string, reference: string): string {
  const to = parse(reference);
  if (to.scheme !== undefined) return compose({ ...to, path: withoutDots(to.path) });
  const from = parse(base);
  const { scheme } = from;
  if (to.authority !== undefined) return compose({ ...to, scheme, path: withoutDots(to.path) });
  const { authority } = from;
  if (to.path === "") return compose({ ...from, query: to.query ?? from.query });
  const path = to.path.startsWith("/") ? to.path : mergePaths(from, to.path);
  return compose({ scheme, authority, path: withoutDots(path), query: to.query });
}

function parse(text: string): Parts {
  // The expression of appendix B, with the scheme as section 3.1 has it.
  const [, scheme, authority, path = "", query] =
    /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/isu.exec(text) ?? [];
  return { scheme: scheme?.toLowerCase(), authority: authority?.toLowerCase(), path, query };
}

function compose({ scheme, authority, path, query }: Parts): string {
  const before = `${scheme === undefined ? "" : `${scheme}:`}${authority === undefined ? "" : `//${authority}`}`;
  return `${before}${path}${query === undefined ? "" : `?${query}`}`;
}

function mergePaths(base: Parts, path: string): string {
  if (base.authority !== undefined && base.path === "") return `/${path}`;
  return `${base.path.slice(0, base.path.lastIndexOf("/") + 1)}${path}`;
}

/** Section 5.2.4. */
function withoutDots(path: string): string {
  if (!path.includes(".")) return path;
  const steps: string[] = [];
  const given = path.split("/");
  for (const [index, step] of given.entries()) {
    const isLast = index === given.length - 1;
    if (step === "..") {
      if (steps.length > 1 || (steps.length === 1 && steps[0] !== "")) steps.pop();
      if (isLast) steps.push("");
    } else if (step !== ".") {
      steps.push(step);
    } else if (isLast) {
      steps.push("");
    }
  }
  return steps.join("/");
}
