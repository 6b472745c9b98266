/** How a call says who it is from, by the security schemes of a document. */
import { HEADER_NAME } from "@fbp/runtime/core";
import type { Report } from "../../diagnostics/index.ts";
import type { Operation } from "./operation.ts";
import type { References } from "./references.ts";
import { fieldsOf, type ImportDocument, isRecord, itemsOf, type Place, placeAt, textField, within } from "./source.ts";

export interface Auth {
  readonly header: string;
  readonly scheme: string;
  readonly env: string | null;
}

/** @param env the name that is proposed for the variable with the key */
export function authOf(
  document: ImportDocument,
  operation: Operation | null,
  references: References,
  env: string,
  report: Report,
): Auth {
  const usual: Auth = { header: "authorization", scheme: "Bearer", env };
  const schemes = placeAt(document, "/components/securitySchemes");
  const owner = [operation, placeAt(document, "")].find(
    (place) => place !== null && within(place, "security") !== null,
  );
  const requirements = owner === undefined || owner === null ? null : within(owner, "security");
  const [first] = requirements === null ? fieldsOf(schemes) : namedIn(requirements, schemes);
  if (first === undefined) {
    const isOpen =
      requirements !== null &&
      itemsOf(requirements).every(({ value }) => isRecord(value) && Object.keys(value).length === 0);
    if (isOpen) return { ...usual, env: null };
    report.add("FBP3364", document.spanOf(requirements?.pointer ?? "/components/securitySchemes"), {
      why: "the document does not say how a call is authorised",
    });
    return usual;
  }
  const scheme = references.followed(first);
  if (scheme === null) return usual;
  const auth = authBy(scheme, env);
  if (auth !== null) return auth;
  report.add("FBP3364", document.spanOf(scheme.pointer), {
    why: `the security scheme \`${first.name}\` puts no key into a header`,
  });
  return usual;
}

type Named = Place & { readonly name: string };

/** The schemes that the requirements name, those of the first one first. */
function namedIn(requirements: Place, schemes: Place): readonly Named[] {
  return itemsOf(requirements)
    .flatMap(fieldsOf)
    .flatMap(({ name }): Named[] => {
      const scheme = within(schemes, name);
      return scheme === null ? [] : [{ ...scheme, name }];
    });
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object */
function authBy({ value }: Place, env: string): Auth | null {
  const name = textField(value, "name");
  switch (textField(value, "type")) {
    case "http": {
      const scheme = textField(value, "scheme")?.toLowerCase();
      if (scheme === "bearer") return { header: "authorization", scheme: "Bearer", env };
      return scheme === "basic" ? { header: "authorization", scheme: "Basic", env } : null;
    }
    case "apiKey": {
      if (textField(value, "in") !== "header" || name === null || !HEADER_NAME.test(name)) return null;
      // A token behind `Bearer` is often described so, for want of a better word.
      const isBearer = name.toLowerCase() === "authorization";
      return { header: name.toLowerCase(), scheme: isBearer ? "Bearer" : "", env };
    }
    case "oauth2":
    case "openIdConnect":
      return { header: "authorization", scheme: "Bearer", env };
    default:
      return null;
  }
}
