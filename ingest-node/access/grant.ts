/** What somebody may do with which streams. */
import type { StreamName } from '../../src/shared/stream-name.ts';
import { everyName, type NamePattern } from './name-pattern.ts';

/**
 * - `connect`: open a signalling connection, and learn of the TURN servers
 * - `snapshot`: have a picture taken over that connection, or ask whether a stream is there
 * - `pull`: have this node fetch a camera, end that, or see the list of cameras
 */
export type Action = 'connect' | 'publish' | 'play' | 'snapshot' | 'pull';

/** Actions that are granted; the others follow from them. */
export const grantable = ['publish', 'play', 'pull'] as const;
export type Grantable = (typeof grantable)[number];

export type Grant = Partial<Readonly<Record<Grantable, readonly NamePattern[]>>>;

export const isGrantable = (text: unknown): text is Grantable => grantable.some((action) => action === text);

/** What an action needs: one of these. Who may publish a stream may also look at it. */
const sufficient: Readonly<Record<Action, readonly Grantable[]>> = {
	connect: ['publish', 'play'],
	publish: ['publish'],
	play: ['play', 'publish'],
	snapshot: ['play', 'publish'],
	pull: ['pull'],
};

/** @param name `null`: no stream in particular. To connect, any grant will do; to list, one for every name */
export const grants = (grant: Grant, action: Action, name: StreamName | null): boolean =>
	sufficient[action].some((needed) =>
		(grant[needed] ?? []).some((pattern) =>
			name === null ? action === 'connect' || pattern.text === everyName : pattern.covers(name),
		),
	);
