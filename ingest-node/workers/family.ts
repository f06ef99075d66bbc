/** What a worker knows of the other workers of its node, all of it by way of the primary process. */
import { randomUUID } from 'node:crypto';
import { LivestillError } from '../../src/shared/errors.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Clock } from '../clock.ts';
import type { FreshSessionOptions, Hub, NameHold } from '../hub.ts';
import type { MediaEngine } from '../media-engine.ts';
import { nameInUse } from '../name-claim.ts';
import type { StagedReload } from '../reload/reload.ts';
import type { SourceCalls } from '../servers/source-rest.ts';
import { type Channel, createChannel, type IpcPort } from './channel.ts';
import { createMediaGuests, createMediaHost, type MediaEvent, type RemotePlay } from './remote-media.ts';

/** What the primary asks of a worker besides media. */
export interface FamilyMember {
	readonly hub: Pick<Hub, 'freshKeyframe' | 'streams'>;
	/** Samples of all metrics, as prom-client has them. */
	readonly metrics: () => Promise<readonly object[]>;
	readonly readiness: () => readonly string[];
	readonly drain: () => void;
	/** Ends the streams, then the process. */
	readonly stop: (timeout: number) => void;
	/** Ends a session of WHIP or WHEP; `false`: it is not here. */
	readonly endSession: (id: string) => boolean;
	readonly sources: SourceCalls;
	readonly reload: StagedReload;
}

export interface Family {
	readonly slot: number;
	/** @throws LivestillError `STREAM_NAME_IN_USE` */
	hold(name: StreamName): Promise<NameHold>;
	/** Whether another worker has the name. */
	has(name: StreamName): boolean;
	/** `own`, which plays the streams of other workers, too. */
	engine(own: MediaEngine, clock: Clock): MediaEngine;
	/** Ends a session of WHIP or WHEP of another worker; `false`: there is none. */
	endSession(id: string): Promise<boolean>;
	/** Sources of the other workers. */
	readonly sources: SourceCalls;
	/** The primary uses the clock of the store, too. */
	correctClock(offset: number): void;
	/** From now on this worker answers. */
	join(member: FamilyMember): void;
}

interface From<T> {
	readonly from: number;
	readonly argument: T;
}

/** Variable by which the primary tells a worker its number, from 0. */
export const slotVariable = 'LIVESTILL_WORKER';

/** `null` in a process that is no worker. */
export const joinFamily = (port: IpcPort = process, environment = process.env): Family | null => {
	const text = environment[slotVariable];
	if (text === undefined) return null;
	const slot = Number(text);
	/** Names of other workers, with their slots. */
	const elsewhere = new Map<StreamName, number>();
	const guests = createMediaGuests();
	let member: FamilyMember | null = null;
	let host: ReturnType<typeof createMediaHost> | null = null;

	const present = (): FamilyMember => {
		if (member === null) throw new LivestillError('BUSY', 'this process is starting');
		return member;
	};
	const channel: Channel = createChannel(port, {
		named: ({ name, slot: owner }: { name: StreamName; slot: number | null }) => {
			if (owner === null || owner === slot) elsewhere.delete(name);
			else elsewhere.set(name, owner);
		},
		gone: (other: number) => {
			guests.gone(other);
			host?.gone(other);
		},
		fresh: ({ name, options }: { name: StreamName; options: FreshSessionOptions }) =>
			present().hub.freshKeyframe(name, options),
		streams: () => present().hub.streams(),
		metrics: () => present().metrics(),
		readiness: () => present().readiness(),
		drain: () => present().drain(),
		stop: (timeout: number) => present().stop(timeout),
		play: ({ from, argument }: From<RemotePlay>) => {
			if (host === null) throw new LivestillError('STREAM_NOT_FOUND', 'Stream not found');
			return host.play(from, argument);
		},
		closeMedia: ({ argument }: From<{ media: string; reason: string }>) => host?.close(argument.media, argument.reason),
		mediaEvent: ({ argument }: From<MediaEvent>) => guests.event(argument),
		endSession: ({ argument }: From<string>) => present().endSession(argument),
		listSources: () => present().sources.list(),
		checkReload: () => present().reload.check(),
		takeReload: async () => void (await present().reload.take()),
		removeSource: ({ argument }: From<string>) => present().sources.remove(argument),
	});
	const toSlot = (to: number, method: string, argument: unknown): void =>
		channel.tell('toSlot', { to, method, argument });
	const ofOthers = async <T>(method: string, argument?: unknown): Promise<T[]> =>
		(await channel.call('toOthers', { method, argument })) as T[];

	return {
		slot,
		hold: async (name) => {
			const release = (): void => channel.tell('release', name);
			const isOurs = await channel.call('reserve', name).catch((error: unknown) => {
				// It may be ours by now, without our having heard of it.
				release();
				throw error;
			});
			if (isOurs !== true) throw nameInUse();
			return { ending: () => channel.tell('ending', name), release };
		},
		has: (name) => elsewhere.has(name),
		engine: (own, clock) => {
			host = createMediaHost(own, clock, (to, event) => toSlot(to, 'mediaEvent', event));
			return {
				publish: own.publish,
				play: (request) => {
					const owner = elsewhere.get(request.name);
					if (owner === undefined) return own.play(request);
					const media = randomUUID();
					const ask = async (): Promise<string> =>
						(await channel.call('askSlot', { to: owner, method: 'play', argument: { media, request } })) as string;
					return guests.play(owner, media, ask, (reason) => toSlot(owner, 'closeMedia', { media, reason }));
				},
			};
		},
		endSession: async (id) => (await ofOthers<boolean>('endSession', id)).includes(true),
		sources: {
			list: async () => (await ofOthers<Awaited<ReturnType<SourceCalls['list']>>>('listSources')).flat(),
			remove: async (uri) => (await ofOthers<boolean>('removeSource', uri)).includes(true),
		},
		correctClock: (offset) => channel.tell('clock', offset),
		join: (joined) => {
			member = joined;
		},
	};
};
