/** The media sessions of WHIP and WHEP clients, by the unguessable ids in their URLs. */
import { randomUUID } from 'node:crypto';
import { LivestillError } from '../../src/shared/errors.ts';
import { hostOf } from '../access/address-key.ts';
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import type { MediaRequest, MediaSession } from '../media-engine.ts';
import type { AddressShare } from './address-share.ts';

export interface WhipSessionsOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Sessions at a time. */
	readonly maxSessions: number;
	/** Of these what one address may have; without it all. */
	readonly share?: AddressShare | undefined;
	/** Milliseconds from the offer to connected media. */
	readonly timeout: number;
}

export interface WhipSessions {
	/**
	 * Opens a session and keeps it until its media is over.
	 *
	 * @throws LivestillError `BUSY`, or what the media engine says
	 */
	open(
		kind: 'whip' | 'whep',
		request: MediaRequest,
		media: (request: MediaRequest) => Promise<MediaSession>,
	): Promise<{ readonly id: string; readonly answer: string }>;
	/** `false` when there is no such session. */
	end(id: string, reason: string): boolean;
	endAll(reason: string): void;
}

const busy = (why: string): LivestillError => new LivestillError('BUSY', why);

export const createWhipSessions = ({ clock, log, maxSessions, share, timeout }: WhipSessionsOptions): WhipSessions => {
	const sessions = new Map<string, MediaSession>();
	let opening = 0;

	/** The engine's session; one that comes too late is closed. */
	const withinTime = (opened: Promise<MediaSession>): Promise<MediaSession> =>
		new Promise((resolve, reject) => {
			let isLate = false;
			const cancel = clock.after(timeout, () => {
				isLate = true;
				reject(busy('there was no answer in time'));
			});
			opened.then((session) => {
				cancel();
				if (isLate) session.close('the offer was answered too late');
				else resolve(session);
			}, reject);
		});

	return {
		open: async (kind, request, media) => {
			if (sessions.size + opening >= maxSessions) throw busy(`there are ${maxSessions} sessions already`);
			const { name, remote } = request;
			const giveBack = share?.take(hostOf(remote));
			if (giveBack === null) throw busy('this address has all the sessions that it may have');
			opening += 1;
			const session = await withinTime(media(request))
				.catch((error: unknown) => {
					giveBack?.();
					throw error;
				})
				.finally(() => {
					opening -= 1;
				});
			const id = randomUUID();
			sessions.set(id, session);
			log.info(`${kind} session opened`, { stream: name, remote });
			const cancel = clock.after(timeout, () => session.close('Failed by ICE timeout'));
			session.connected.then(cancel, (error: unknown) => {
				cancel();
				session.close(messageOf(error));
			});
			void session.closed.then((reason) => {
				cancel();
				giveBack?.();
				sessions.delete(id);
				log.info(`${kind} session closed`, { stream: name, remote, reason });
			});
			return { id, answer: session.answer };
		},
		end: (id, reason) => {
			const session = sessions.get(id);
			sessions.delete(id);
			session?.close(reason);
			return session !== undefined;
		},
		endAll: (reason) => {
			for (const session of sessions.values()) session.close(reason);
			sessions.clear();
		},
	};
};
