/** The command line makes no sense: the message and the usage go to standard error, exit code 2. */
export class UsageError extends Error {}
