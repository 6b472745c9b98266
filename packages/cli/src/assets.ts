/** Files that ship with fbp: beside the bundle in `assets`, in a checkout at their own places. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Each folder of assets, and where it stands in a checkout, from the repository's root. */
export const ASSET_FOLDERS = {
  contracts: "policies/contracts",
  diagnostics: "docs/diagnostics",
  init: "packages/cli/templates/init",
} as const;

/** Assets that only a build makes; in a checkout they stand where the last one left them. */
export const MADE_FOLDERS = { runtime: "packages/cli/dist/assets/runtime" } as const;

const FOLDERS = { ...ASSET_FOLDERS, ...MADE_FOLDERS };

export type AssetFolder = keyof typeof FOLDERS;

/** @param file a name without folders */
export function assetPath(folder: AssetFolder, file: string): string {
  const bundled = new URL("./assets/", import.meta.url);
  const root = existsSync(bundled)
    ? `${bundled.href}${folder}`
    : new URL(`../../../${FOLDERS[folder]}`, import.meta.url).href;
  return fileURLToPath(`${root}/${file}`);
}

/** @throws when it is not there */
export function readAsset(folder: AssetFolder, file: string): string {
  return readFileSync(assetPath(folder, file), "utf8");
}
