/** The `alerts` block as what watches it: rules and their tests for Prometheus, a dashboard for Grafana. All is data. */
export { type Dashboard, dashboardOf } from "./dashboard.ts";
export { type AlertNote, alertNotes } from "./notes.ts";
export { promDuration } from "./promql.ts";
export { type AlertOptions, type AlertRule, type RuleGroup, ruleGroup } from "./rules.ts";
export { type RuleTest, type RuleTestFile, ruleTests } from "./unit-tests.ts";
