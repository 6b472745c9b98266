/**
 * From which seed properties draw their cases. A test run tells of a commit always the same: `npm run fuzz` is for
 * cases that nobody has seen. `FBP_SEED` changes the seed.
 */
import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FBP_SEED ?? 20_261_122) });
