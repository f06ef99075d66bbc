/** What the signalling needs of the rest of the node, and of the client's socket. */
import type { StreamName } from '../../../src/shared/stream-name.ts';
import type { Clock } from '../../clock.ts';
import type { IceServer } from '../../ice-servers.ts';
import type { MediaEngine } from '../../media-engine.ts';
import type { Rooms } from './rooms.ts';
import type { SnapshotTaker } from './snapshot-replies.ts';
import type { SignallingTimeouts } from './timeouts.ts';

/** What all connections share. */
export interface SignallingPorts {
	readonly engine: MediaEngine;
	readonly takeSnapshot: SnapshotTaker;
	readonly rooms: Rooms;
	readonly clock: Clock;
	/**
	 * Sees to it that what a player names can be played: `rtsp://` names are cameras.
	 *
	 * @param name as the client has written it @param query its credentials @param remote its address and port
	 */
	readonly fetchStream?: ((name: string, query: string, remote: string) => Promise<void>) | undefined;
	/** Lets a client have a picture of a stream, or know whether it is there. @throws LivestillError `UNAUTHORIZED` */
	readonly authoriseLook: (name: StreamName, query: string, remote: string) => Promise<void>;
	/** Whether a stream of that name is published here. */
	readonly isPublished: (name: StreamName) => boolean;
	/** Why a published stream cannot be played; `null` as far as is known. */
	readonly obstacle: (name: StreamName) => string | null;
	/** Whether the edge finds a stream that is published here. */
	readonly isStored: (name: StreamName) => boolean;
	/** STUN and TURN servers for a client with these credentials, a query string. Never rejects. */
	readonly iceServersFor: (query: string, remote: string) => readonly IceServer[] | Promise<readonly IceServer[]>;
	/** An error that is none of the client's. */
	readonly onFault: (error: unknown) => void;
	readonly timeouts?: SignallingTimeouts;
}

/** The client's end, which the server owns. */
export interface SignallingPeer {
	/** `address:port` of both ends. */
	readonly remote: string;
	readonly local: string;
	/** Query string of the WebSocket's URL, without `?`. */
	readonly query: string;
	send(text: string): void;
	/** Ends the connection; the end of the protocol's connection is to follow. */
	close(reason: string): void;
}
