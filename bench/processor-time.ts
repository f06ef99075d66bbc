/** Processor time of other processes, by Linux's /proc; NaN elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that all threads of a process have been running. */
export const processorTime = (pid: number): number => {
	try {
		let nanoseconds = 0;
		for (const thread of readdirSync(`/proc/${pid}/task`))
			nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
		return nanoseconds / 1e6;
	} catch {
		return Number.NaN;
	}
};

const isNumber = (name: string): boolean => /^[0-9]+$/.test(name);

/** Pids of this process' children whose program is called `name`. */
export const childrenNamed = (name: string): number[] => {
	try {
		return readdirSync('/proc')
			.filter(isNumber)
			.flatMap((pid) => {
				const [, program = '', parent = ''] = /\((.*)\) . (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
				return program === name && Number(parent) === process.pid ? [Number(pid)] : [];
			});
	} catch {
		return [];
	}
};
