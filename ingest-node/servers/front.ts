/** What browsers talk to, on one HTTP listener: the WebSDK's signalling, WHIP, WHEP and the pages. */
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { IceServer } from '../ice-servers.ts';
import { type Log, messageOf } from '../log.ts';
import type { MediaEngine } from '../media-engine.ts';
import type { SignallingPorts } from '../protocols/flashphoner/ports.ts';
import { createRooms } from '../protocols/flashphoner/rooms.ts';
import type { SnapshotTaker } from '../protocols/flashphoner/snapshot-replies.ts';
import { type AddressShare, createAddressShare } from './address-share.ts';
import { createPages } from './pages.ts';
import { createSignallingServer } from './signalling.ts';
import type { SourceRest } from './source-rest.ts';
import { createWebServer, type WebServer } from './web.ts';
import { createWhipHandler } from './whip.ts';

export interface FrontOptions {
	/** STUN and TURN servers for a client that has been let in. */
	readonly iceServers: () => readonly IceServer[];
	/** The same for one that shows credentials; empty when they let it do nothing. */
	readonly iceServersFor: SignallingPorts['iceServersFor'];
	/** Lets a client look at a stream, or rejects. */
	readonly authoriseLook: SignallingPorts['authoriseLook'];
	readonly engine: MediaEngine;
	readonly takeSnapshot: SnapshotTaker;
	readonly isPublished: (name: StreamName) => boolean;
	/** Why a published stream cannot be played. */
	readonly obstacle: (name: StreamName) => string | null;
	/** Whether the edge finds a stream that is published here. */
	readonly isStored: (name: StreamName) => boolean;
	readonly clock: Clock;
	readonly log: Log;
	/** WebSockets at a time, and as many sessions of WHIP and WHEP. */
	readonly maxConnections: number;
	/** Connections of one address at a time, and as many sessions; `null`: all there are. */
	readonly addressLimit?: number | null;
	/** Fetches a camera that a player names. */
	readonly fetchStream?: SignallingPorts['fetchStream'];
	/** Calls about sources; takes what is for it. */
	readonly sourceRest?: SourceRest;
	/** Ends a session of WHIP or WHEP of another process of this node; `false`: there is none. */
	readonly endElsewhere?: ((id: string) => Promise<boolean>) | undefined;
	/** Port of the REST API over HTTP, for the pages. */
	readonly restPort: number;
}

export interface Front extends WebServer {
	/** Ends a session of WHIP or WHEP; `false`: it is not here. */
	endSession(id: string): boolean;
}

/** Listens nowhere yet. Its `close` ends all sessions. */
export const createFront = (options: FrontOptions): Front => {
	const { engine, clock, log, maxConnections, iceServers, sourceRest, addressLimit = null } = options;
	const shareOf = (): AddressShare => createAddressShare({ most: addressLimit });
	const faults = createErrorCounter(clock, (count, last) => log.error('signalling faults', { count, last }));
	const signalling = createSignallingServer({
		...options,
		rooms: createRooms(),
		onFault: (error) => faults.count(messageOf(error)),
	});
	const { endElsewhere } = options;
	const whip = createWhipHandler({
		...{ engine, clock, log, iceServers, maxSessions: maxConnections, share: shareOf() },
		...(endElsewhere && { endElsewhere }),
	});
	const servePage = createPages(options);
	const web = createWebServer({
		clock,
		log,
		// Room for those who are told that it is full.
		maxConnections: 2 * maxConnections + 100,
		share: shareOf(),
		onRequest: (request, response) => {
			if (whip.handle(request, response) || sourceRest?.(request, response) || servePage(request, response)) return;
			request.resume();
			response.writeHead(404, { 'content-type': 'text/plain' });
			response.end('There is no such path.\n');
		},
		onUpgrade: signalling.upgrade,
	});
	return {
		listen: web.listen,
		drain: web.drain,
		endSession: whip.end,
		close: () => {
			signalling.close();
			whip.close();
			faults.flush();
			web.close();
		},
	};
};
