/** Who plays which stream, so that a publisher's events and its end reach the players, on whatever connection they are. */
import type { StreamName } from '../../../src/shared/stream-name.ts';

export interface MuteState {
	readonly audio: boolean;
	readonly video: boolean;
}

export interface Player {
	/** @param payload JSON text or '' */
	onEvent(type: string, payload: string): void;
	onPublisherGone(): void;
}

export interface PublisherSeat {
	/** Tells all players. @param payload JSON text or '' */
	announce(type: string, payload: string): void;
	/** Tells all players that it is over. Only the first call counts. */
	leave(): void;
}

export interface Rooms {
	publish(name: StreamName): PublisherSeat;
	/** The result takes the player out again. */
	play(name: StreamName, player: Player): () => void;
	/** What the publisher has muted. */
	muted(name: StreamName): MuteState;
}

const muteChanges: Readonly<Record<string, Partial<MuteState>>> = {
	audioMuted: { audio: true },
	audioUnmuted: { audio: false },
	videoMuted: { video: true },
	videoUnmuted: { video: false },
};

interface Room {
	readonly players: Set<Player>;
	muted: MuteState;
	publisher: PublisherSeat | null;
}

const nothingMuted: MuteState = { audio: false, video: false };

export const createRooms = (): Rooms => {
	const rooms = new Map<StreamName, Room>();

	const roomOf = (name: StreamName): Room => {
		const room = rooms.get(name) ?? { players: new Set(), muted: nothingMuted, publisher: null };
		rooms.set(name, room);
		return room;
	};

	const sweep = (name: StreamName, room: Room): void => {
		if (room.publisher === null && room.players.size === 0) rooms.delete(name);
	};

	return {
		publish: (name) => {
			const room = roomOf(name);
			const seat: PublisherSeat = {
				announce: (type, payload) => {
					if (room.publisher !== seat) return;
					room.muted = { ...room.muted, ...muteChanges[type] };
					for (const player of [...room.players]) player.onEvent(type, payload);
				},
				leave: () => {
					if (room.publisher !== seat) return;
					room.publisher = null;
					room.muted = nothingMuted;
					for (const player of [...room.players]) player.onPublisherGone();
					sweep(name, room);
				},
			};
			room.publisher = seat;
			return seat;
		},
		play: (name, player) => {
			const room = roomOf(name);
			room.players.add(player);
			return () => {
				room.players.delete(player);
				sweep(name, room);
			};
		},
		muted: (name) => rooms.get(name)?.muted ?? nothingMuted,
	};
};
