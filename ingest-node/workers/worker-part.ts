/** The workers of a node as a part of it that can be changed: all of them are asked before the first one changes. */

import { type Log, messageOf } from '../log.ts';
import type { Reloadable } from '../reload/reload.ts';
import { askMember } from './ask-members.ts';
import type { Member } from './members.ts';

type Asked = Pick<Member, 'slot' | 'channel'>;

export interface WorkerPart extends Reloadable {
	/** A worker has been started: whatever it reads is not older than this. */
	started(member: Asked): void;
	/** It is ready, and takes what may have come meanwhile. */
	ready(member: Asked): Promise<void>;
}

/** @param members those that are ready */
export const createWorkerPart = (members: () => readonly Asked[], log: Log): WorkerPart => {
	let taken = 0;
	/** How often the configuration had been taken when they were started. */
	const startedAt = new WeakMap<Asked, number>();

	const problemsOf = async (member: Asked): Promise<readonly string[]> => {
		try {
			return (await askMember(member, 'checkReload')) as string[];
		} catch (error) {
			return [`worker ${member.slot}: ${messageOf(error)}`];
		}
	};
	const take = async (member: Asked): Promise<void> => {
		await askMember(member, 'takeReload').catch((error: unknown) =>
			log.error('configuration not reloaded', { worker: member.slot, problem: messageOf(error) }),
		);
	};

	return {
		problems: async () => {
			const problems = await Promise.all(members().map(problemsOf));
			// They read the same files, and mostly say the same.
			return [...new Set(problems.flat())];
		},
		take: async () => {
			taken += 1;
			await Promise.all(members().map(take));
		},
		started: (member) => {
			startedAt.set(member, taken);
		},
		ready: async (member) => {
			if (startedAt.get(member) === taken) return;
			const problems = await problemsOf(member);
			for (const problem of problems) log.error('configuration not reloaded', { worker: member.slot, problem });
			if (problems.length === 0) await take(member);
		},
	};
};
