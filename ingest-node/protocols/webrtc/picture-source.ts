/**
 * A stream that comes as whole pictures, and whose publisher cannot be asked for a keyframe (RTMP, RTSP), as players see
 * it. As long as nobody plays it costs nothing: it keeps a reference to the newest keyframe, and wants no other pictures.
 */
import type { Codec } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { nalType, nalUnitType } from '../../../src/shared/h264/nal.ts';
import type { Clock } from '../../clock.ts';
import type { Playable } from '../../playable.ts';
import type { AccessUnit } from '../../unit.ts';
import { videoClockRate } from '../rtp/frames-to-units.ts';
import { packetiseH264 } from '../rtp/h264-packetiser.ts';
import { createRelay, type RelayedPacket, type RelayInput } from './relay.ts';
import { createReorderedPictures } from './reordered-pictures.ts';
import type { VideoKind } from './video-codecs.ts';

export interface PictureSource extends Playable {
	/** Whether pictures between keyframes are of any use now: somebody plays, or has played a moment ago. */
	readonly wantsAll: boolean;
	readonly players: number;
	/**
	 * Tells of every picture in decoding order, also of those that are not wanted. Cheap.
	 *
	 * @param presentation milliseconds, on the clock of {@link AccessUnit.timestamp}
	 * @param decoding `null` where the protocol does not carry it
	 */
	see(presentation: number, decoding: number | null): void;
	/** Takes the next picture: all keyframes and, while {@link wantsAll}, all others. Kept by reference. */
	push(unit: AccessUnit): void;
	/** A picture is missing: what follows refers to it, so players wait for the next keyframe. */
	lost(): void;
	/** Ends all players. */
	end(reason: string): void;
}

/** B-frames, in words that lead to the setting. */
export const reorderedMessage =
	'The stream has B-frames, which browsers do not play over WebRTC. Switch them off in the encoder: -bf 0 or -tune zerolatency with x264, "B-frames: 0" in OBS.';

/** Seconds from 1900, where NTP begins, to 1970. */
const ntpEpoch = 2_208_988_800;

/** NTP time, seconds. */
export const ntpTime = (clock: Clock): number => clock.now() / 1000 + ntpEpoch;

/** What a player has to take, read from a keyframe; `null`: browsers do not play it over WebRTC. */
const kindOf = ({ codec, payloads }: AccessUnit): VideoKind | null => {
	if (codec !== 'h264') return null;
	const sps = payloads.find((nal) => nalUnitType(nal) === nalType.sps) ?? new Uint8Array(0);
	// profile_idc and the constraint flags. RFC 6184 § 8.1
	return { codec, profile: Buffer.from(sps.subarray(1, 3)).toString('hex') };
};

/** The packets of a picture. @param time of its presentation, milliseconds. @param first sequence number */
const packetise = ({ payloads }: AccessUnit, time: number, first: number): RelayedPacket[] => {
	const timestamp = Math.round((time * videoClockRate) / 1000) >>> 0;
	return packetiseH264(payloads).map((payload, index, all): RelayedPacket => {
		const marker = index === all.length - 1;
		const sequence = (first + index) & 0xffff;
		return {
			rtp: { marker, payloadType: 0, sequence, timestamp, ssrc: 0, extension: null, payload },
			orientation: null,
		};
	});
};

const codecMessage = (codec: Codec): string =>
	`The stream is ${codec.toUpperCase()}, which is not played over WebRTC: publish H.264.`;

export const createPictureSource = (clock: Clock): PictureSource => {
	const opened = Promise.withResolvers<RelayInput>();
	// Nobody may be waiting for it.
	opened.promise.catch(() => {});
	const order = createReorderedPictures();
	let input: RelayInput | null = null;
	let newest: AccessUnit | null = null;
	/** Presentation time of the newest picture, wanted or not. */
	let now = 0;
	/** All pictures since a keyframe have come. */
	let isWhole = false;
	let obstacle: string | null = null;
	let sequence = 0;

	const refuse = (why: string): void => {
		if (obstacle !== null) return;
		obstacle = why;
		newest = null;
		opened.reject(new LivestillError('UNSUPPORTED_CODEC', why));
		input?.end(why);
	};

	const setClock = (packets: readonly RelayedPacket[]): void =>
		input?.setClock('video', {
			ntp: ntpTime(clock),
			rtpTimestamp: packets[0]?.rtp.timestamp ?? 0,
			at: clock.monotonic(),
		});

	/** Under the time of now: with its own, a player would let as much time pass until the next picture. */
	const still = (): readonly RelayedPacket[] | null => {
		const packets = newest === null ? null : packetise(newest, now, 0);
		if (packets !== null) setClock(packets);
		return packets;
	};

	const open = (unit: AccessUnit): void => {
		const video = kindOf(unit);
		if (video === null) {
			refuse(codecMessage(unit.codec));
			return;
		}
		input = createRelay({ video, audio: false, still, clock });
		opened.resolve(input);
	};

	return {
		get obstacle() {
			return obstacle;
		},
		relay: async () => (await opened.promise).relay,
		get wantsAll() {
			return input?.isFollowed === true && obstacle === null;
		},
		get players() {
			return input?.listeners ?? 0;
		},
		see: (presentation, decoding) => {
			now = presentation;
			// This picture does not come here.
			if (!input?.isFollowed) isWhole = false;
			if (order.see(presentation, decoding)) refuse(reorderedMessage);
		},
		push: (unit) => {
			if (obstacle !== null) return;
			if (unit.keyframe) newest = unit;
			if (unit.keyframe && input === null) open(unit);
			if (!input?.isFollowed) return;
			if (unit.keyframe && kindOf(unit) === null) {
				refuse(codecMessage(unit.codec));
				return;
			}
			isWhole ||= unit.keyframe;
			if (!isWhole) return;
			const packets = packetise(unit, unit.timestamp, sequence);
			sequence = (sequence + packets.length) & 0xffff;
			for (const packet of packets) input.pass('video', packet);
			if (!unit.keyframe) return;
			setClock(packets);
			input.keyframe(packets[0]?.rtp.timestamp ?? 0, packets);
		},
		lost: () => {
			isWhole = false;
		},
		end: (reason) => {
			opened.reject(new LivestillError('STREAM_NOT_FOUND', reason));
			newest = null;
			input?.end(reason);
		},
	};
};
