/** `measure-process.ts SECTION [SUBJECT]`: what a section's subjects took, or its first one and this, as JSON. */
import { loadValidators } from "@fbp/dsl";
import { measure } from "./measure.ts";
import { sectionOf } from "./sections.ts";

const [name = "", only] = process.argv.slice(2);
const section = sectionOf(name);
await loadValidators();
const { subjects, times, close } = await section.prepare();
const asked = subjects.filter((subject, at) => at === 0 || only === undefined || subject.name === only);
const measured = await measure(asked, times, section.rounds);
await close?.();
console.log(JSON.stringify(measured));
