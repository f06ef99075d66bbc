/** How a command ends. Scripts rely on these. */
export const exitCodes = {
	done: 0,
	/** Something else went wrong. */
	failed: 1,
	/** The command line makes no sense. */
	usage: 2,
	/** No such live stream, or no such keyframe. */
	notFound: 3,
	/** The URL has to be signed, or signed otherwise. */
	forbidden: 4,
	/** The stream is live, but gives no picture. */
	noPicture: 5,
	/** The server cannot be reached. */
	unreachable: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command failed in a way that has an exit code. */
export class CommandError extends Error {
	readonly exitCode: ExitCode;

	constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.exitCode = exitCode;
	}
}
