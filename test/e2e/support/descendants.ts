import { readdirSync, readFileSync } from 'node:fs';

/** Parent of each process, from Linux's /proc: `pid (name) state ppid …`, where the name may hold anything. */
const parents = (): Map<number, number> => {
	const found = new Map<number, number>();
	for (const entry of readdirSync('/proc')) {
		if (!/^[0-9]+$/.test(entry)) continue;
		try {
			const [, ppid] = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
			found.set(Number(entry), Number(ppid));
		} catch {
			// It has ended meanwhile.
		}
	}
	return found;
};

/** Ids of all processes below `pid`, children before grandchildren. */
export const descendants = (pid: number): number[] => {
	const parentOf = parents();
	const found = [pid];
	for (const parent of found) for (const [child, above] of parentOf) if (above === parent) found.push(child);
	return found.slice(1);
};
