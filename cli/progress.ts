/** One line on standard error that changes, for people; nothing where no person looks. */
export const createProgress = (stream: NodeJS.WriteStream = process.stderr) => ({
	show: (text: string): void => {
		if (stream.isTTY) stream.write(`\r\u001b[K${text}`);
	},
	clear: (): void => {
		if (stream.isTTY) stream.write('\r\u001b[K');
	},
});

const units = ['bytes', 'KB', 'MB'] as const;

/** Bytes for people. */
export const readableSize = (bytes: number): string => {
	const unit = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
	return `${unit === 0 ? bytes : (bytes / 1000 ** unit).toFixed(1)} ${units[unit]}`;
};

/** Milliseconds for people. */
export const readableAge = (milliseconds: number): string => {
	const seconds = Math.max(0, milliseconds) / 1000;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
};
