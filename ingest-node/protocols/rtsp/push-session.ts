/**
 * One RTSP connection of a publisher, without its socket: it answers requests and turns media into keyframes. RFC 2326
 * § 10, with ANNOUNCE and RECORD. Nothing is played.
 *
 *     idle ── ANNOUNCE ─▶ announced ── SETUP … RECORD ─▶ recording ── PAUSE ─▶ announced
 *      ▲──────────────────── TEARDOWN ─────────────────────────┘
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { basicCredentials } from '../../access/basic-credentials.ts';
import { withShown } from '../../access/shown.ts';
import { createServerAuth } from './auth/server-auth.ts';
import { parseMediaDescription, videoTrack } from './media-description.ts';
import {
	type HeaderLines,
	headerOf,
	type InterleavedFrame,
	type RtspRequest,
	writeRequest,
	writeResponse,
} from './message.ts';
import { createPushMedia, type PushMedia } from './push-media.ts';
import type { PushedStream, PushPorts } from './push-ports.ts';
import { pushTarget } from './push-target.ts';
import { rtspLimits } from './rtsp-limits.ts';
import { formatSessionHeader, parseSessionHeader } from './session-header.ts';
import { Refusal, refusalOf } from './status.ts';

export interface PushSession {
	/** The response to a request. Nothing more may be given to the session until it is there. */
	answer(request: RtspRequest): Promise<Uint8Array>;
	/** Takes media. @throws LivestillError `PROTOCOL_VIOLATION`: the connection is of no more use */
	receive(frame: InterleavedFrame): void;
	/** A request to the publisher to set its stream up anew, RFC 2326 § 10.10; `null` when it has none. */
	redirect(): Uint8Array | null;
	/** Sends what is due every few seconds. */
	report(): void;
	readonly phase: 'idle' | 'announced' | 'recording';
	/** When the newest packet of media came, monotonic milliseconds; of no meaning before the recording. */
	readonly heardAt: number;
	/** The video has said goodbye and sent nothing since. */
	readonly hasLeft: boolean;
	/** Why the connection has to end when the response is sent; `null`: it goes on. */
	readonly verdict: string | null;
	counters(): Readonly<Record<string, number>>;
	/** Ends the stream; the session is then idle. */
	end(reason: string): void;
}

const realm = 'livestill';
/** Seconds of the `Session` header; a publisher's sign of life is its media. */
const sessionTimeout = 60;
const methods = [
	...['OPTIONS', 'ANNOUNCE', 'SETUP', 'RECORD', 'PAUSE', 'TEARDOWN', 'GET_PARAMETER', 'SET_PARAMETER'],
] as const;
const allMethods = methods.join(', ');

export const createPushSession = (ports: PushPorts, random: () => number): PushSession => {
	const { clock, createId, publish, onFault } = ports;
	const auth = createServerAuth(realm, createId, ports.takesDigest);
	let phase: PushSession['phase'] = 'idle';
	let id = '';
	let url = '';
	let stream: PushedStream | null = null;
	let media: PushMedia | null = null;
	let messages = 0;
	let refusedPasswords = 0;
	let verdict: string | null = null;
	let isOver = false;

	const end = (reason: string): void => {
		media?.end();
		stream?.end(reason);
		[media, stream, phase, id] = [null, null, 'idle', ''];
	};

	const count = (): void => {
		messages += 1;
		if (phase !== 'recording' && messages > rtspLimits.messagesBeforeRecord)
			throw new LivestillError(
				'PROTOCOL_VIOLATION',
				`RTSP: more than ${rtspLimits.messagesBeforeRecord} messages without a recording`,
			);
	};

	/** The media of the session that the request names, or of the only one. @throws Refusal */
	const current = (request: RtspRequest): PushMedia => {
		const header = headerOf(request, 'session');
		if (header !== null && parseSessionHeader(header)?.id !== id) throw new Refusal(454);
		if (media === null) throw new Refusal(455, 'Nothing was announced');
		return media;
	};

	/** @throws LivestillError `UNAUTHORIZED` and what else `publish` throws */
	const claim = async (request: RtspRequest): Promise<PushedStream> => {
		const authorization = headerOf(request, 'authorization');
		const proof = auth.proof(authorization, request.method, request.url, clock.monotonic());
		try {
			const { name, query } = pushTarget(request.url);
			return await publish({ name, query: withShown(query, basicCredentials(authorization) ?? {}) }, proof);
		} catch (error) {
			if (!(error instanceof LivestillError) || error.code !== 'UNAUTHORIZED') throw error;
			if (authorization !== null) refusedPasswords += 1;
			if (refusedPasswords >= rtspLimits.refusedPasswords) verdict = 'too many wrong passwords';
			const challenges = auth.challenges(clock.monotonic());
			throw new Refusal(
				401,
				undefined,
				challenges.map((challenge) => ['WWW-Authenticate', challenge]),
			);
		}
	};

	const onAnnounce = async (request: RtspRequest): Promise<HeaderLines> => {
		if (phase !== 'idle') throw new Refusal(455, 'A stream was announced already');
		const contentType = headerOf(request, 'content-type') ?? 'application/sdp';
		if (!/^application\/sdp\b/i.test(contentType)) throw new Refusal(415);
		const description = parseMediaDescription(request.body);
		if (videoTrack(description) === null) {
			const encodings = description.tracks.flatMap((track) => track.encodings).join(' ') || 'nothing known';
			throw new LivestillError('UNSUPPORTED_CODEC', `No video that can be taken: ${encodings}`);
		}
		const claimed = await claim(request);
		if (isOver) {
			claimed.end('the peer left');
			throw new Refusal(503);
		}
		[stream, phase, id, url] = [claimed, 'announced', createId(), request.url];
		media = createPushMedia({ ports, baseUrl: request.url, description, stream, random });
		return [['Session', formatSessionHeader({ id, timeout: sessionTimeout })]];
	};

	const onSetup = async (request: RtspRequest): Promise<HeaderLines> => {
		const target = current(request);
		if (phase === 'recording') throw new Refusal(455, 'The recording has begun');
		const transport = await target.setUp(request.url, headerOf(request, 'transport') ?? '');
		return [
			['Session', formatSessionHeader({ id, timeout: sessionTimeout })],
			['Transport', transport],
		];
	};

	const onRecord = (request: RtspRequest): HeaderLines => {
		const target = current(request);
		if (!target.isReady) throw new Refusal(455, 'The video track is not set up');
		phase = 'recording';
		messages = 0;
		target.start();
		return [['Session', id]];
	};

	const onPause = (request: RtspRequest): HeaderLines => {
		current(request).pause();
		phase = 'announced';
		return [['Session', id]];
	};

	const onTeardown = (request: RtspRequest): HeaderLines => {
		current(request);
		const ended = id;
		end('torn down');
		return [['Session', ended]];
	};

	/** Signs of life; there are no parameters. */
	const onParameter = (request: RtspRequest): HeaderLines => {
		if (headerOf(request, 'session') !== null) current(request);
		if (request.body.length > 0) throw new Refusal(451);
		return id === '' ? [] : [['Session', id]];
	};

	const handle = (request: RtspRequest): HeaderLines | Promise<HeaderLines> => {
		if (request.version !== '1.0') throw new Refusal(505);
		const required = headerOf(request, 'require');
		if (required !== null) throw new Refusal(551, undefined, [['Unsupported', required]]);
		switch (request.method) {
			case 'OPTIONS':
				return [['Public', allMethods]];
			case 'ANNOUNCE':
				return onAnnounce(request);
			case 'SETUP':
				return onSetup(request);
			case 'RECORD':
				return onRecord(request);
			case 'PAUSE':
				return onPause(request);
			case 'TEARDOWN':
				return onTeardown(request);
			case 'GET_PARAMETER':
			case 'SET_PARAMETER':
				return onParameter(request);
			case 'DESCRIBE':
			case 'PLAY':
				throw new Refusal(405, 'Nothing is played over RTSP here', [['Allow', allMethods]]);
			default:
				throw new Refusal(501, undefined, [['Public', allMethods]]);
		}
	};

	return {
		answer: async (request) => {
			count();
			const sequence = headerOf(request, 'cseq') ?? '';
			const always: HeaderLines = [['Server', 'livestill']];
			if (!/^[0-9]{1,10}$/.test(sequence)) return writeResponse(400, 'CSeq is missing', always);
			const common: HeaderLines = [['CSeq', sequence], ...always];
			try {
				return writeResponse(200, 'OK', [...common, ...(await handle(request))]);
			} catch (error) {
				const refusal = refusalOf(error);
				if (refusal === null) onFault(error);
				const { status, message, headers } = refusal ?? new Refusal(500);
				return writeResponse(status, message, [...common, ...headers]);
			}
		},
		receive: (frame) => {
			if (phase === 'recording') media?.receive(frame);
			else count();
		},
		redirect: () => {
			if (phase === 'idle') return null;
			// As it came, its credentials too: without them the publisher would not be let in again.
			return writeRequest('REDIRECT', url, [
				['CSeq', '1'],
				['Session', id],
				['Location', url],
			]);
		},
		report: () => media?.report(),
		get phase() {
			return phase;
		},
		get heardAt() {
			return media?.heardAt ?? 0;
		},
		get hasLeft() {
			return media?.hasLeft ?? false;
		},
		get verdict() {
			return verdict;
		},
		counters: () => media?.counters() ?? {},
		end: (reason) => {
			isOver = true;
			end(reason);
		},
	};
};
