// `npm run failover-bench -- [--profile full|fast]`: the sixteen scenarios of Failover Bench, and the scorecard.
import { main } from "../test/failover-bench/main.ts";

await main();
