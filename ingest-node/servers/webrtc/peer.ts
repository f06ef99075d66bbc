/**
 * A WebRTC peer: ICE, DTLS and SRTP of one connection by node-datachannel, which only this file imports. RTP and RTCP
 * come out and go in as plain packets; the library is given no media handler, because it then takes RTCP for itself.
 */
import { Audio, IceUdpMuxListener, initLogger, PeerConnection, type Track, Video } from 'node-datachannel';
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Log } from '../../log.ts';
import { buildLibraryOffer, libraryMid, type SentSource } from '../../protocols/webrtc/answer.ts';
import type { ChosenMedia, ChosenOffer } from '../../protocols/webrtc/negotiate.ts';
import { type HostCandidate, parseSdp, type TransportParameters, transportOf } from '../../protocols/webrtc/sdp.ts';

export interface PeerEvents {
	/** ICE and DTLS are up. */
	readonly onConnected: () => void;
	/** Connectivity checks fail; they may succeed again. */
	readonly onInterrupted: () => void;
	/** The connection is over; not called after {@link Peer.close}. */
	readonly onClosed: (reason: string) => void;
	/** An RTP or RTCP packet, decrypted. The bytes are the callee's. */
	readonly onPacket: (media: ChosenMedia, bytes: Uint8Array) => void;
}

export interface Peer {
	readonly transport: TransportParameters;
	readonly candidates: readonly HostCandidate[];
	/** Sends an RTP or RTCP packet; false when it could not be sent. Never throws. */
	send(media: ChosenMedia, bytes: Uint8Array): boolean;
	/** May be called again. */
	close(): void;
}

export interface PeerOptions {
	/** Address to bind; without it all. */
	readonly host: string | undefined;
	/** UDP port that all peers share. */
	readonly port: number;
	/** Name in the library's log. */
	readonly name: string;
}

/**
 * Connections that live. The library drops the callbacks of objects that are garbage, and a track that only the library
 * knows is garbage.
 */
const alive = new Set<{ readonly connection: PeerConnection; readonly tracks: ReadonlyMap<ChosenMedia, Track> }>();

const held = new Set<IceUdpMuxListener>();

/** Milliseconds that the library has to find our own addresses: it asks the kernel only. */
const gatheringTimeout = 5000;

/** Directs the library's log into ours. Once per process; without it the library writes to standard output. */
export const logPeers = (log: Log): void => {
	initLogger('Error', (level, message) => log.warn('webrtc library', { level, message }));
};

/** A UDP port that stays bound until it is released. */
export interface HeldPort {
	readonly port: number;
	release(): void;
}

/** @throws Error, which does not say why */
export const holdPort = (port: number, host: string | undefined): HeldPort => {
	const listener = host === undefined ? new IceUdpMuxListener(port) : new IceUdpMuxListener(port, host);
	held.add(listener);
	return {
		port,
		release: () => {
			if (held.delete(listener)) listener.stop();
		},
	};
};

const trackOf = (media: ChosenMedia, source: SentSource | undefined): Video | Audio => {
	const direction = source === undefined ? 'RecvOnly' : 'SendOnly';
	const { payloadType, encoding, fmtp } = media.format;
	const mid = libraryMid(media);
	const description = media.kind === 'video' ? new Video(mid, direction) : new Audio(mid, direction);
	if (description instanceof Video) description.addVideoCodec(payloadType, encoding.toUpperCase(), fmtp);
	else description.addAudioCodec(payloadType, encoding, fmtp);
	// RTCP about a source finds its track by the SSRC.
	if (source !== undefined) description.addSSRC(source.ssrc, source.streamId, source.streamId, media.kind);
	return description;
};

/**
 * Answers an offer; resolves when all of our candidates are known.
 *
 * @param sources what we send, by `mid`; without, we receive
 * @throws LivestillError `INVALID_PARAMETER` when the library does not take the offer
 */
export const openPeer = async (
	offer: ChosenOffer,
	sources: ReadonlyMap<string, SentSource> | undefined,
	{ host, port, name }: PeerOptions,
	events: PeerEvents,
): Promise<Peer> => {
	const connection = new PeerConnection(name, {
		iceServers: [],
		disableAutoNegotiation: true,
		enableIceUdpMux: true,
		portRangeBegin: port,
		portRangeEnd: port,
		...(host === undefined ? {} : { bindAddress: host }),
	});
	const tracks = new Map<ChosenMedia, Track>();
	const entry = { connection, tracks };
	let isOpen = true;

	const close = (): void => {
		if (!isOpen) return;
		isOpen = false;
		alive.delete(entry);
		try {
			connection.close();
		} catch {
			// It was closed already: what we want.
		}
	};

	const end = (reason: string): void => {
		if (!isOpen) return;
		close();
		events.onClosed(reason);
	};

	/** Tracks open a moment after the connection; what is sent before is lost. */
	const checkConnected = (): void => {
		if (isOpen && connection.state() === 'connected' && [...tracks.values()].every((track) => track.isOpen()))
			events.onConnected();
	};

	connection.onStateChange((state) => {
		// A track holds its callbacks, and they hold the track: nothing else lets go of either.
		if (state === 'closed') for (const track of tracks.values()) track.close();
		if (!isOpen) return;
		if (state === 'connected') checkConnected();
		else if (state === 'disconnected') events.onInterrupted();
		else if (state === 'failed') end('ICE or DTLS failed');
		else if (state === 'closed') end('the peer closed the connection');
	});

	try {
		for (const media of offer.media) {
			const track = connection.addTrack(trackOf(media, sources?.get(media.mid)));
			track.onMessage((bytes) => {
				if (isOpen) events.onPacket(media, bytes);
			});
			track.onOpen(checkConnected);
			// Who does not listen is never taken off the library's list.
			track.onClosed(() => {});
			tracks.set(media, track);
		}
		const gathered = new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error('no candidates in time')), gatheringTimeout);
			connection.onGatheringStateChange((state) => {
				if (state !== 'complete') return;
				clearTimeout(timer);
				resolve();
			});
		});
		alive.add(entry);
		connection.setRemoteDescription(buildLibraryOffer(offer, sources === undefined ? 'sendonly' : 'recvonly'), 'offer');
		connection.setLocalDescription('answer');
		await gathered;
		const description = parseSdp(connection.localDescription()?.sdp ?? '');
		const { sections } = description;
		const transport = transportOf([...sections, description]);
		if (transport === null) throw new Error('no transport parameters');
		return {
			transport,
			candidates: sections.flatMap(({ candidates }) => candidates),
			send: (media, bytes) => {
				if (!isOpen) return false;
				try {
					return (
						tracks.get(media)?.sendMessageBinary(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) ?? false
					);
				} catch {
					// Not open yet or closed already: the packet is lost, as on any network.
					return false;
				}
			},
			close,
		};
	} catch (error) {
		close();
		throw new LivestillError('INVALID_PARAMETER', 'SDP: the offer cannot be answered', { cause: error });
	}
};
