/** The one table of every message, family by family. */
import { alertMessages } from "./alerts.ts";
import { assertionMessages } from "./assertions.ts";
import { billingMessages } from "./billing.ts";
import { budgetMessages } from "./budgets.ts";
import { captureMessages } from "./captures.ts";
import { compatibilityMessages } from "./compatibility.ts";
import { conditionMessages } from "./conditions.ts";
import { contractMessages } from "./contracts.ts";
import { coverageMessages } from "./coverage.ts";
import { eligibilityMessages } from "./eligibility.ts";
import { explorationMessages } from "./exploration.ts";
import { gatewayMessages } from "./gateways.ts";
import { importMessages } from "./import.ts";
import { nameMessages } from "./names.ts";
import { overlayMessages } from "./overlays.ts";
import { predicateMessages } from "./predicates.ts";
import { profileMessages } from "./profiles.ts";
import { relianceMessages } from "./reliance.ts";
import { safetyMessages } from "./safety.ts";
import { signalCoverageMessages } from "./signal-coverage.ts";
import { styleMessages } from "./style.ts";
import { syntaxMessages } from "./syntax.ts";

export const messages = {
  ...syntaxMessages,
  ...nameMessages,
  ...predicateMessages,
  ...alertMessages,
  ...contractMessages,
  ...captureMessages,
  ...billingMessages,
  ...importMessages,
  ...gatewayMessages,
  ...profileMessages,
  ...conditionMessages,
  ...overlayMessages,
  ...relianceMessages,
  ...safetyMessages,
  ...coverageMessages,
  ...signalCoverageMessages,
  ...budgetMessages,
  ...explorationMessages,
  ...assertionMessages,
  ...eligibilityMessages,
  ...compatibilityMessages,
  ...styleMessages,
};

export type Code = keyof typeof messages;
