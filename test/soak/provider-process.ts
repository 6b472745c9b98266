/** The provider of a soak, in a process of its own: tells its address, then its counts whenever it is asked. */
import { Provider } from "../../packages/cli/src/provider/index.ts";
import { behaviourOf } from "./mix.ts";

const beganMs = performance.now();
const provider = await Provider.start({
  remembers: false,
  choose: ({ model }) => behaviourOf(model, Math.random(), performance.now() - beganMs),
});
process.on("message", () => process.send?.(provider.counts));
process.on("disconnect", () => process.exit(0));
process.send?.({ url: provider.url });
