/** Questions of the primary to its workers. One that hangs costs the others, and who asks, a moment and no more. */

import type { StreamName } from '../../src/shared/stream-name.ts';
import type { FreshKeyframe, FreshSessionOptions } from '../hub.ts';
import type { Member } from './members.ts';

type Asked = Pick<Member, 'channel'>;

/** Milliseconds for what a worker knows without asking anybody: it does one thing at a time, and a keyframe of a large stream takes some. */
const lookTime = 1500;
/** For what takes as long as a camera or the store does; less than a worker waits on whose behalf it is asked. */
const usualTime = 15_000;
/** From the end of the wait for a publisher to the answer. */
const freshMargin = 250;

const looks: ReadonlySet<string> = new Set(['streams', 'metrics', 'readiness', 'listSources', 'endSession']);

/** @throws LivestillError what the worker throws; `BUSY` when it does not answer in time */
export const askMember = ({ channel }: Asked, method: string, argument?: unknown): Promise<unknown> =>
	channel.call(method, argument, looks.has(method) ? lookTime : usualTime);

/** What all of them answer; those that do not are left out. */
export const askMembers = async <T>(members: readonly Asked[], method: string, argument?: unknown): Promise<T[]> => {
	const answers = await Promise.allSettled(members.map((member) => askMember(member, method, argument)));
	return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value as T] : []));
};

/** As `hub.freshKeyframe` of the worker. @throws LivestillError `BUSY` when it does not answer in time */
export const askForKeyframe = async (
	{ channel }: Asked,
	name: StreamName,
	options: FreshSessionOptions,
): Promise<FreshKeyframe | null> =>
	(await channel.call('fresh', { name, options }, options.timeout + freshMargin)) as FreshKeyframe | null;
