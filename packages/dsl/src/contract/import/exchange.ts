/** Where an operation describes its request, its answer, its stream and its errors. */
import type { Operation } from "./operation.ts";
import type { References } from "./references.ts";
import { field, fieldsOf, type Place, textField, within } from "./source.ts";

/** Pointers of schemas; null where the operation does not describe one. */
export interface Exchange {
  readonly request: string | null;
  readonly response: string | null;
  readonly chunk: string | null;
  readonly error: string | null;
  /** The data that ends a stream, where an extension says so; null where nothing does. */
  readonly end: string | null;
  /** The objects that describe responses: the good ones first. */
  readonly responses: readonly Place[];
}

const JSON_TYPE = /^application\/(?:[\w.+-]*\+)?json\b/iu;
const STREAM_TYPE = /^text\/event-stream\b/iu;
/** In the order in which their bodies are most telling. */
const ERRORS = ["400", "401", "403", "429", "404", "4XX", "default", "500", "5XX", "422"];
const GOOD = ["200", "201", "2XX"];

export function exchangeOf(operation: Operation, references: References): Exchange {
  const body = within(operation, "requestBody");
  const request = body === null ? null : references.followed(body);
  const described = responsesOf(operation, references);
  const named = (statuses: readonly string[]) =>
    statuses.flatMap((status) => described.find(({ name }) => name.toUpperCase() === status) ?? []);
  const good = named(GOOD);
  const bad = named(ERRORS);
  const stream = good.map((response) => content(response, STREAM_TYPE)).find((found) => found !== null) ?? null;
  return {
    request: request === null ? null : schemaIn(content(request, JSON_TYPE)),
    response: firstSchema(good, JSON_TYPE),
    chunk: schemaIn(stream) ?? fernChunk(operation),
    error: firstSchema(bad, JSON_TYPE),
    // Speakeasy's extension.
    end: textField(stream?.value, "x-speakeasy-sse-sentinel"),
    responses: [...good, ...bad],
  };
}

function responsesOf(operation: Operation, references: References): readonly (Place & { readonly name: string })[] {
  const responses = within(operation, "responses");
  if (responses === null) return [];
  return fieldsOf(responses).flatMap(({ name, ...place }) => {
    const response = references.followed(place);
    return response === null ? [] : [{ ...response, name }];
  });
}

function firstSchema(responses: readonly Place[], type: RegExp): string | null {
  return responses.map((response) => schemaIn(content(response, type))).find((found) => found !== null) ?? null;
}

/** What is said of one media type. */
function content(place: Place, type: RegExp): Place | null {
  const types = within(place, "content");
  return (types === null ? [] : fieldsOf(types)).find(({ name }) => type.test(name)) ?? null;
}

/** `itemSchema` is of OpenAPI 3.2, and describes one event of a stream. */
function schemaIn(media: Place | null): string | null {
  if (media === null) return null;
  return (within(media, "itemSchema") ?? within(media, "schema"))?.pointer ?? null;
}

/** Fern's extension, of an operation that answers in two ways. */
function fernChunk(operation: Operation): string | null {
  const streaming = within(operation, "x-fern-streaming", "response-stream");
  return streaming !== null && field(streaming.value, "$ref") !== undefined ? streaming.pointer : null;
}
