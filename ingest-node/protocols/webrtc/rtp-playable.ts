/**
 * A stream that comes as RTP from a sender that cannot be asked for keyframes (RTSP), as players see it. VP8, VP9 and AV1 go
 * to them packet by packet. H.264 is put together and packetised again: its parameter sets may be in the SDP only, its
 * packets may be larger than a player's network takes, and its newest keyframe can be shown at once.
 */
import type { Codec } from '../../../src/shared/codec.ts';
import type { Clock } from '../../clock.ts';
import type { Playable } from '../../playable.ts';
import type { AccessUnit } from '../../unit.ts';
import type { RtpFrame } from '../rtp/depacketiser.ts';
import { videoClockRate } from '../rtp/frames-to-units.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { createTimeline } from '../rtp/sequence.ts';
import { createPictureSource, ntpTime } from './picture-source.ts';
import { createRelay } from './relay.ts';

/** What a receiver tells of the video. */
export interface VideoObserver {
	/** Every packet, in the order of arrival. */
	packet(packet: RtpPacket): void;
	/** Every whole picture in decoding order. @param unit when it is a keyframe. @throws LivestillError it is damaged */
	picture(frame: RtpFrame, unit: AccessUnit | null): void;
	/** A picture is missing. */
	lost(): void;
}

export interface RtpPlayable extends Playable, VideoObserver {
	readonly players: number;
	/** A sender begins, or begins anew. */
	begin(codec: Codec): void;
	/** Ends all players. A sender may begin afterwards. */
	end(reason: string): void;
}

interface Sender extends Playable, VideoObserver {
	readonly players: number;
	end(reason: string): void;
}

const relayPackets = (codec: 'vp8' | 'vp9' | 'av1', clock: Clock): Sender => {
	const input = createRelay({ video: { codec, profile: '' }, audio: false, clock });
	return {
		obstacle: null,
		relay: async () => input.relay,
		get players() {
			return input.listeners;
		},
		packet: (rtp) => input.pass('video', { rtp, orientation: null }),
		picture: ({ timestamp }, unit) => {
			if (unit === null) return;
			input.setClock('video', { ntp: ntpTime(clock), rtpTimestamp: timestamp, at: clock.monotonic() });
			input.keyframe(timestamp);
		},
		lost: () => {},
		end: input.end,
	};
};

const packetisePictures = (codec: Codec, clock: Clock): Sender => {
	const source = createPictureSource(clock);
	const milliseconds = createTimeline(videoClockRate);
	return {
		get obstacle() {
			return source.obstacle;
		},
		relay: source.relay,
		get players() {
			return source.players;
		},
		packet: () => {},
		picture: (frame, unit) => {
			const timestamp = milliseconds(frame.timestamp);
			source.see(timestamp, null);
			if (unit !== null) source.push({ ...unit, timestamp });
			else if (source.wantsAll)
				source.push({ codec, payloads: frame.payloads(), timestamp, keyframe: false, width: 0, height: 0 });
		},
		lost: source.lost,
		end: source.end,
	};
};

export const createRtpPlayable = (clock: Clock): RtpPlayable => {
	let opened = Promise.withResolvers<Sender>();
	let sender: Sender | null = null;

	const end = (reason: string): void => {
		if (sender === null) return;
		const last = sender;
		sender = null;
		opened = Promise.withResolvers();
		last.end(reason);
	};

	return {
		get obstacle() {
			return sender?.obstacle ?? null;
		},
		relay: async () => (await opened.promise).relay(),
		get players() {
			return sender?.players ?? 0;
		},
		begin: (codec) => {
			end('the stream began anew');
			sender =
				codec === 'vp8' || codec === 'vp9' || codec === 'av1'
					? relayPackets(codec, clock)
					: packetisePictures(codec, clock);
			opened.resolve(sender);
		},
		packet: (packet) => sender?.packet(packet),
		picture: (frame, unit) => sender?.picture(frame, unit),
		lost: () => sender?.lost(),
		end,
	};
};
