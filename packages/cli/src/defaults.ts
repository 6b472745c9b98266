/** What options are where a command line leaves them out. */
export const DEFAULT_FORMAT = "text";
export const DEFAULT_PROFILE = "development";
