/** `npm start`: builds the policy, starts the service, and closes it in order on SIGTERM or SIGINT. */
import { once } from "node:events";
import { buildPolicy } from "./build.ts";
import { aService } from "./service.ts";
import { startStandIn } from "./stand-in.ts";
import { startTelemetry } from "./telemetry.ts";

const standIn = process.env.PROVIDER_URL === undefined ? await startStandIn() : null;
process.env.PROVIDER_KEY ??= "unused-by-the-stand-in";

const telemetry = startTelemetry(process.env.TELEMETRY);
const policy = await buildPolicy(process.env.PROVIDER_URL ?? standIn?.url ?? "");
const service = aService(policy);
const address = await service.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? "127.0.0.1" });
console.log(`
listening on ${address}${standIn === null ? "" : ", with a provider that only pretends"}

  curl ${address}/ask -H 'content-type: application/json' -d '{"question":"Who are you?"}'
  curl -N ${address}/ask -H 'content-type: application/json' -d '{"question":"Who are you?","stream":true}'
  curl ${address}/health
  curl ${address}/metrics
`);

await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
await service.close();
await telemetry.close();
standIn?.close();
console.log("closed");
process.exit();
