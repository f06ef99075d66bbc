/** Hears of files that change, also by being replaced, as editors and orchestrators do. */
import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks: `fs.watch` follows no renames. */
const usualInterval = 2000;

interface Look {
	readonly mtimeMs: number;
	readonly size: number;
	readonly ino: number;
}

export interface FileWatch {
	/** Watches these and no others. Those that it watches already it does not lose sight of. */
	watch(names: readonly string[]): void;
}

/** Watches nothing yet. Looks do not keep the process. */
export const createFileWatch = (onChange: (name: string) => void, interval = usualInterval): FileWatch => {
	const endings = new Map<string, () => void>();

	const begin = (name: string): void => {
		const listener = (now: Look, before: Look): void => {
			// A file that is away comes back.
			const isThere = now.mtimeMs > 0;
			const isOther = now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino;
			if (isThere && isOther) onChange(name);
		};
		watchFile(name, { interval, persistent: false }, listener);
		endings.set(name, () => unwatchFile(name, listener));
	};

	return {
		watch: (names) => {
			for (const [name, end] of [...endings]) {
				if (names.includes(name)) continue;
				endings.delete(name);
				end();
			}
			for (const name of names) if (!endings.has(name)) begin(name);
		},
	};
};
