/** The log: one JSON object a line, `time`, `level` and `event` first. */

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Least important first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `event` is a short constant text; what varies goes into `fields`. No field ever holds a credential. */
export interface Log {
	debug(event: string, fields?: Fields): void;
	info(event: string, fields?: Fields): void;
	warn(event: string, fields?: Fields): void;
	error(event: string, fields?: Fields): void;
}

/**
 * @param write takes one line with its line feed
 * @param least what is less important is not written
 */
export const createLog = (write: (line: string) => void, least: LogLevel = 'info'): Log => {
	const at = (level: LogLevel): Log[LogLevel] =>
		logLevels.indexOf(level) < logLevels.indexOf(least)
			? () => {}
			: (event, fields = {}) =>
					write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
	return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** A log that nobody reads, for tests. */
export const silentLog: Log = createLog(() => {});

/** What a person wants to know of a caught value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
