/** The log: one JSON object a line, `time`, `level` and `event` first. */

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** `event` is a short constant text; what varies goes into `fields`. No field ever holds a credential. */
export interface Log {
	info(event: string, fields?: Fields): void;
	warn(event: string, fields?: Fields): void;
	error(event: string, fields?: Fields): void;
}

/** @param write takes one line with its line feed */
export const createLog = (write: (line: string) => void): Log => {
	const at =
		(level: string) =>
		(event: string, fields: Fields = {}): void =>
			write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
	return { info: at('info'), warn: at('warn'), error: at('error') };
};

/** A log that nobody reads, for tests. */
export const silentLog: Log = createLog(() => {});

/** What a person wants to know of a caught value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
