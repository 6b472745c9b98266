/** The same call as a command line for curl, to be pasted into a shell. The key stays the shell's to fill in. */
import { nth } from "@fbp/runtime/core";
import { prepare } from "@fbp/runtime/engine";
import { hasStreams, requestFor, type Settings, standingAlone, type Target } from "./target.ts";

/** @throws UsageError of the runtime where the contract's address or headers cannot be used */
export function curlOf(target: Target, settings: Settings): string {
  // Without an environment there is no key in it.
  const { url, headers, streamHeaders, contract, plan } = nth(prepare(standingAlone(target, settings)).routes, 0);
  const streams = settings.streams && hasStreams(target);
  const { header, scheme, env } = contract.auth;
  const seconds = Math.ceil(plan.mostMs / 1000);
  const lines = [
    `curl --silent --show-error --max-time ${seconds} ${quoted(url)}`,
    ...Object.entries(streams ? streamHeaders : headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(env === null ? [] : [`-H ${quoted(`${header.toLowerCase()}: ${scheme === "" ? "" : `${scheme} `}`)}"$${env}"`]),
    `--data ${quoted(
      asciiJson({
        [contract.modelField]: plan.model,
        ...requestFor(target, settings),
        [contract.modelField]: plan.model,
        ...(streams && contract.streamField !== null ? { [contract.streamField]: true } : {}),
      }),
    )}`,
  ];
  return lines.join(" \\\n  ");
}

/** One word of a POSIX shell, which reads nothing in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same JSON without a letter that could steer a terminal. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
