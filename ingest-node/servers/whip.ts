/**
 * WHIP (RFC 9725) publishes and WHEP (draft-ietf-wish-whep) plays with one HTTP request: `POST /whip/{name}` or
 * `/whep/{name}` with an SDP offer, answered with 201, the SDP answer and a `Location` that DELETE ends. The answer has
 * all candidates and the client's are learned from its checks: PATCH, trickle ICE and ICE restarts, is 405 (§ 4.3.1).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName, type StreamName } from '../../src/shared/stream-name.ts';
import type { Clock } from '../clock.ts';
import { type IceServer, iceServerLinks } from '../ice-servers.ts';
import { type Log, messageOf } from '../log.ts';
import type { MediaEngine } from '../media-engine.ts';
import type { AddressShare } from './address-share.ts';
import { peerAddress } from './peer-address.ts';
import { readBody } from './read-body.ts';
import { requestCredentials } from './request-credentials.ts';
import { answerError, corsHeaders, preflightHeaders } from './whip-answer.ts';
import { createWhipSessions } from './whip-sessions.ts';

export interface WhipOptions {
	readonly engine: MediaEngine;
	readonly clock: Clock;
	readonly log: Log;
	/** STUN and TURN servers for a client that has been let in. */
	readonly iceServers?: () => readonly IceServer[];
	/** Ends a session of another process of this node; `false`: there is none. */
	readonly endElsewhere?: (id: string) => Promise<boolean>;
	/** Sessions at a time. */
	readonly maxSessions: number;
	/** Of these what one address may have; without it all. */
	readonly share?: AddressShare;
	/** Milliseconds from the offer to connected media. */
	readonly timeout?: number;
}

export interface WhipHandler {
	/** Takes a request of these paths; `false`: it is somebody else's. */
	handle(request: IncomingMessage, response: ServerResponse): boolean;
	/** Ends a session; `false`: it is not here. */
	end(id: string): boolean;
	/** Ends all sessions. */
	close(): void;
}

/** Bytes of an offer: browsers send 10,000. */
const maxOfferBytes = 100_000;

const endpoint = /^\/(whip|whep)\/(.+)$/;
const resource = /^\/sessions\/([0-9a-f-]{36})$/;

const nameIn = (path: string): StreamName => {
	let name: string;
	try {
		name = decodeURIComponent(path);
	} catch (cause) {
		throw new LivestillError('INVALID_STREAM_NAME', 'the stream name in the URL is not encoded well', { cause });
	}
	return parseStreamName(name);
};

export const createWhipHandler = (options: WhipOptions): WhipHandler => {
	const { engine, clock, log, maxSessions, share, timeout = 15_000, iceServers = () => [] } = options;
	const { endElsewhere = async () => false } = options;
	const sessions = createWhipSessions({ clock, log, maxSessions, share, timeout });

	const open = async (
		kind: 'whip' | 'whep',
		path: string,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> => {
		const name = nameIn(path);
		if (!/^application\/sdp *(;|$)/i.test(request.headers['content-type'] ?? ''))
			throw new LivestillError('UNSUPPORTED_MEDIA_TYPE', 'the Content-Type has to be application/sdp');
		const offer = await readBody(request, maxOfferBytes);
		if (!offer.startsWith('v=')) throw new LivestillError('INVALID_PARAMETER', 'the body is not an SDP offer');
		const remote = peerAddress(request.socket.remoteAddress, request.socket.remotePort);
		// RFC 9725 § 4.7: the bearer token lets in.
		const query = requestCredentials(request);
		const { id, answer } = await sessions.open(kind, { name, offer, remote, query }, (media) =>
			kind === 'whip' ? engine.publish(media) : engine.play(media),
		);
		if (response.destroyed) {
			sessions.end(id, 'the client left before the answer');
			return;
		}
		const headers = { 'content-type': 'application/sdp', location: `/sessions/${id}`, etag: `"${id}"` };
		const link = iceServerLinks(iceServers());
		response.writeHead(201, {
			...corsHeaders,
			...headers,
			...(link.length > 0 ? { link } : {}),
			'cache-control': 'no-store',
		});
		response.end(answer);
	};

	const refuseMethod = (response: ServerResponse, allow: string): void =>
		answerError(response, new LivestillError('METHOD_NOT_ALLOWED', `the methods here are ${allow}`), { allow });

	const serveEndpoint = (
		kind: 'whip' | 'whep',
		path: string,
		request: IncomingMessage,
		response: ServerResponse,
	): void => {
		if (request.method === 'OPTIONS')
			response.writeHead(204, { ...preflightHeaders, 'accept-post': 'application/sdp' }).end();
		else if (request.method !== 'POST') refuseMethod(response, 'POST, OPTIONS');
		else
			open(kind, path, request, response).catch((error: unknown) => {
				if (!(error instanceof LivestillError)) log.error(`${kind} failed`, { reason: messageOf(error) });
				answerError(response, error);
			});
	};

	const end = (id: string): boolean => sessions.end(id, 'Stopped by user');
	const endSession = async (id: string): Promise<boolean> => end(id) || endElsewhere(id);

	const serveSession = (id: string, request: IncomingMessage, response: ServerResponse): void => {
		if (request.method === 'OPTIONS') response.writeHead(204, preflightHeaders).end();
		else if (request.method !== 'DELETE') refuseMethod(response, 'DELETE, OPTIONS');
		else
			endSession(id).then(
				(isEnded) => {
					if (isEnded) response.writeHead(200, corsHeaders).end();
					else answerError(response, new LivestillError('NOT_FOUND', 'there is no such session'));
				},
				(error: unknown) => answerError(response, error),
			);
	};

	return {
		handle: (request, response) => {
			const path = (request.url ?? '/').split('?')[0] ?? '/';
			const [, kind, name] = endpoint.exec(path) ?? [];
			const [, id] = resource.exec(path) ?? [];
			if (kind !== undefined && name !== undefined) serveEndpoint(kind as 'whip' | 'whep', name, request, response);
			else if (id !== undefined) serveSession(id, request, response);
			else return false;
			return true;
		},
		end,
		close: () => sessions.endAll('the ingest node is shutting down'),
	};
};
