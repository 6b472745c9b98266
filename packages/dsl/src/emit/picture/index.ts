/** Policies as pictures. */
export { mermaidOf } from "./mermaid.ts";
export { type Picture, pictureOf } from "./model.ts";
export { svgOf } from "./svg.ts";
