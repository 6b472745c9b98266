/** Pieces of SVG. All text goes through here: nothing of a policy can be more than text. */

export interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly weight?: "bold";
}

export function text(x: number, y: number, content: string, { fill, size, weight }: TextStyle): string {
  const more = `${size === undefined ? "" : ` font-size="${size}"`}${weight === undefined ? "" : ` font-weight="${weight}"`}`;
  return `<text x="${x}" y="${y}" fill="${fill}"${more} xml:space="preserve">${escaped(content)}</text>`;
}

/** Characters that XML cannot hold are taken out. */
export function escaped(content: string): string {
  return content
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Cut, and then made fit for XML. */
export function clipped(content: string, most: number): string {
  return escaped(cut(content, most));
}

export function cut(content: string, most: number): string {
  const letters = [...content];
  return letters.length <= most ? content : `${letters.slice(0, most - 1).join("")}…`;
}

export interface BoxStyle {
  readonly stroke: string;
  readonly fill: string;
  readonly radius: number;
  readonly width: number;
}

export function box(x: number, y: number, width: number, height: number, style: BoxStyle): string {
  const { stroke, fill, radius, width: thickness } = style;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${thickness}"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, width: number): string {
  return `<path d="M${x1} ${y1} L${x2} ${y2}" stroke="${stroke}" stroke-width="${width}" fill="none"/>`;
}

export function path(d: string, stroke: string): string {
  return `<path d="${d}" stroke="${stroke}" stroke-width="2" fill="none" stroke-linejoin="round"/>`;
}
