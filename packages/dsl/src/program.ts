/**
 * One policy's way from file to artefact. The stages, each a folder: syntax -> contract -> types ->
 * check -> lower -> analyze -> emit.
 */
export {};
