/**
 * From the address of a camera to its running video: OPTIONS, DESCRIBE, SETUP, PLAY, and what keeps it running. RFC 2326
 * § 14; without sockets. Only the first video track of a known codec is set up, unless the server wants to play all or none.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { baseUrl, controlUrls } from './control-url.ts';
import type { Exchange } from './exchange.ts';
import { type MediaDescription, parseMediaDescription, type VideoFormat, videoTrack } from './media-description.ts';
import { headerOf, type RtspResponse } from './message.ts';
import { accepted, RtspStatusError } from './response-error.ts';
import { parseSessionHeader } from './session-header.ts';
import { formatTransport, parseTransports, type Transport, type TransportPair } from './transport.ts';

export type LowerTransport = Transport['lower'];

export interface PullSessionOptions {
	readonly exchange: Exchange;
	/** Without credentials. */
	readonly url: string;
	/** How the media is to come; tried first is the first. */
	readonly transports: readonly LowerTransport[];
	/** Two UDP ports of ours, opened when they are needed. @throws when there are none */
	readonly openPorts: () => Promise<TransportPair>;
	/** Called before PLAY: the first packets may come before its response. */
	readonly onSetup: (video: VideoFormat, transport: PullTransport) => void;
}

/** How the media comes. */
export type PullTransport =
	| { readonly lower: 'tcp'; readonly channels: TransportPair }
	/** `serverPorts`: `null` where the server keeps them to itself. */
	| { readonly lower: 'udp'; readonly serverPorts: TransportPair | null };

export interface PullSession {
	/** Milliseconds between two signs of life. */
	readonly keepaliveInterval: number;
	/** @throws LivestillError: the session is gone */
	keepalive(): Promise<void>;
	/** Ends the session; resolves when the server has answered. Never rejects. */
	teardown(): Promise<void>;
}

const status = { notFound: 404, aggregateNotAllowed: 459, onlyAggregate: 460, unsupportedTransport: 461 } as const;
/** A server that does not know one URL of a track may know another one. RFC 2326 §§ 11.3.6 */
const sessionNotFound = 454;
const channels: TransportPair = { rtp: 0, rtcp: 1 };
/** Milliseconds: a timeout of days is no reason to let a NAT forget the connection. */
const longestKeepalive = 30_000;
const shortestKeepalive = 1000;
/** Tracks beside the video: sound in both directions, metadata, a second stream. */
const maxOtherTracks = 8;

const isStatus = (error: unknown, ...wanted: readonly number[]): boolean =>
	error instanceof RtspStatusError && wanted.includes(error.status);

/** The result of the first attempt that does not fail with one of these statuses. */
const firstOf = async <T, R>(
	candidates: readonly T[],
	attempt: (candidate: T) => Promise<R>,
	...passing: readonly number[]
): Promise<R> => {
	let failure: unknown;
	for (const candidate of candidates) {
		try {
			return await attempt(candidate);
		} catch (error) {
			if (!isStatus(error, ...passing)) throw error;
			failure ??= error;
		}
	}
	throw failure;
};

const describe = async (
	{ request }: Exchange,
	url: string,
): Promise<{ readonly base: string; readonly description: MediaDescription }> => {
	const response = accepted('DESCRIBE', await request('DESCRIBE', url, [['Accept', 'application/sdp']]));
	return { base: baseUrl(response, url), description: parseMediaDescription(response.body) };
};

/** What the response to SETUP says of the transport that was asked for; `null`: it is another one. */
const transportIn = (response: RtspResponse, lower: LowerTransport): PullTransport | null => {
	const [answer] = parseTransports(headerOf(response, 'transport') ?? '');
	if (answer !== undefined && (answer.lower !== lower || answer.isMulticast)) return null;
	return lower === 'tcp'
		? { lower, channels: answer?.interleaved ?? channels }
		: { lower, serverPorts: answer?.serverPort ?? null };
};

/** A server that does not know OPTIONS may know all that matters. */
const acceptedUnlessUnknown = (response: RtspResponse): RtspResponse =>
	response.status < 400 ? accepted('OPTIONS', response) : response;

/**
 * Brings the video to run.
 *
 * @throws RtspRedirect, LivestillError: what the server refuses, or does not have
 */
export const openPullSession = async (options: PullSessionOptions): Promise<PullSession> => {
	const { exchange, url, transports, openPorts, onSetup } = options;
	const { request } = exchange;

	const methods = headerOf(acceptedUnlessUnknown(await request('OPTIONS', url)), 'public') ?? '';
	const { base, description } = await describe(exchange, url);
	const track = videoTrack(description);
	if (track === null) {
		const encodings = description.tracks.flatMap((each) => each.encodings);
		throw new LivestillError(
			'UNSUPPORTED_CODEC',
			`no video of a known codec, only ${encodings.join(', ').slice(0, 100)}`,
		);
	}
	const aggregate = controlUrls(base, description.control);
	let keepaliveInterval = longestKeepalive;

	const setUp = async (trackUrl: string, lower: LowerTransport): Promise<PullTransport> => {
		const wanted = lower === 'tcp' ? { interleaved: channels } : { clientPort: await openPorts() };
		const response = await request('SETUP', trackUrl, [['Transport', formatTransport({ lower, ...wanted })]]);
		const session = parseSessionHeader(headerOf(accepted('SETUP', response), 'session') ?? '');
		if (session !== null) {
			exchange.setSession(session.id);
			const half = (session.timeout * 1000) / 2;
			keepaliveInterval = Math.min(longestKeepalive, Math.max(shortestKeepalive, half));
		}
		const transport = transportIn(response, lower);
		if (transport === null)
			throw new RtspStatusError('SETUP', { status: status.unsupportedTransport, reason: `not ${lower} as asked for` });
		return transport;
	};

	const trackUrls = controlUrls(base, track.control);
	let trackUrl = trackUrls[0] ?? base;
	const transport = await firstOf(
		transports,
		(lower) =>
			firstOf(
				trackUrls,
				(candidate) => {
					trackUrl = candidate;
					return setUp(candidate, lower);
				},
				status.notFound,
				sessionNotFound,
			),
		status.unsupportedTransport,
	);
	onSetup(track.video, transport);

	// Some servers take the URL of the session, some that of the track, some want the slash of the base and some not.
	const playUrls = [...new Set([...aggregate, trackUrl, url])];
	let playUrl = url;
	const play = (): Promise<void> =>
		firstOf(
			playUrls,
			async (candidate) => {
				playUrl = candidate;
				accepted('PLAY', await request('PLAY', candidate, [['Range', 'npt=0.000-']]));
			},
			status.notFound,
			status.aggregateNotAllowed,
			status.onlyAggregate,
		);
	const others = description.tracks.filter(({ control }) => control !== track.control).slice(0, maxOtherTracks);
	await play().catch(async (error: unknown) => {
		if (!(error instanceof RtspStatusError) || transport.lower === 'udp' || others.length === 0) throw error;
		// Some servers play all of their tracks or none. Nobody listens to these channels.
		for (const [index, { control }] of others.entries()) {
			const interleaved = { rtp: 100 + 2 * index, rtcp: 101 + 2 * index };
			const [otherUrl = base] = controlUrls(base, control);
			await request('SETUP', otherUrl, [['Transport', formatTransport({ lower: 'tcp', interleaved })]]);
		}
		await play();
	});

	let sign = /\bGET_PARAMETER\b/i.test(methods) ? 'GET_PARAMETER' : 'OPTIONS';
	return {
		keepaliveInterval,
		keepalive: async () => {
			const answer = await request(sign, playUrl);
			if (answer.status === sessionNotFound) accepted(sign, answer);
			// It names the method and does not have it: what every server has is as good.
			if (answer.status >= 400) sign = 'OPTIONS';
		},
		teardown: async () => {
			await request('TEARDOWN', playUrl).catch(() => {});
		},
	};
};
