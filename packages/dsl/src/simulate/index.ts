/** Many requests at once against a world that fails as a profile says, or as it was recorded to. */
export type { Scrapes } from "./alerts/scrapes.ts";
export { ALERT_TIMES, type AlertTimes } from "./alerts/watch.ts";
export type { BesideRules } from "./beside/rules.ts";
export { loadProfile, type ProfileDocument } from "./load.ts";
export type { Profile } from "./profile.ts";
export { Recording, type ReplayCounts } from "./replay.ts";
export type * from "./result.ts";
export { type Setting, settingsOf, type Variation, variationOf } from "./settings.ts";
export { type SimulationInput, type SimulationProgress, simulate } from "./simulate.ts";
export { percentiles } from "./tally.ts";
