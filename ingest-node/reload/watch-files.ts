/** Hears of files that change, also by being replaced, as editors and orchestrators do. */
import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks: `fs.watch` follows no renames. */
const usualInterval = 2000;

/** Looks do not keep the process. The result ends them. */
export const watchFiles = (
	names: readonly string[],
	onChange: (name: string) => void,
	interval = usualInterval,
): (() => void) => {
	const endings = names.map((name) => {
		const listener = (
			now: { mtimeMs: number; size: number; ino: number },
			before: { mtimeMs: number; size: number; ino: number },
		): void => {
			// A file that is away comes back.
			const isThere = now.mtimeMs > 0;
			const isOther = now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino;
			if (isThere && isOther) onChange(name);
		};
		watchFile(name, { interval, persistent: false }, listener);
		return () => unwatchFile(name, listener);
	});
	return () => {
		for (const end of endings) end();
	};
};
