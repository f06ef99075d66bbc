/**
 * Chooses what of an offer is taken: one video section with one codec, one Opus section, and their transport. RFC 3264
 * § 6, RFC 8843 § 7.3. Everything else in the offer is refused section by section in the answer.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import type { PayloadFormat } from '../sdp/description.ts';
import { profileName } from './h264-profile.ts';
import { type MediaSection, type SessionDescription, type TransportParameters, transportOf } from './sdp.ts';
import { choosePlayedFormat, choosePublishedFormat, type VideoKind, type WebRtcVideoCodec } from './video-codecs.ts';

/** A section that is taken. */
export interface ChosenMedia {
	readonly kind: 'audio' | 'video';
	/** Of the section in the offer. */
	readonly index: number;
	readonly mid: string;
	readonly format: PayloadFormat;
	/** Id of the header extension for video orientation, `null` when it was not offered. */
	readonly orientationId: number | null;
	/** Sources that the peer will send. */
	readonly ssrcs: readonly number[];
}

export interface ChosenOffer {
	/** At least one, in the offer's order. */
	readonly media: readonly ChosenMedia[];
	readonly transport: TransportParameters;
}

export const videoOrientationUri = 'urn:3gpp:video-orientation';

type ChooseVideo = (formats: readonly PayloadFormat[]) => PayloadFormat | null;

const isOpus = ({ encoding, clockRate }: PayloadFormat): boolean => encoding === 'opus' && clockRate === 48_000;

const fail = (why: string): never => {
	throw new LivestillError('INVALID_PARAMETER', `SDP: ${why}`);
};

const chooseIn = (section: MediaSection, index: number, chooseVideo: ChooseVideo): ChosenMedia | null => {
	const { kind, mid, formats, extensions, ssrcs, isOff, protocol } = section;
	if (isOff || !protocol.endsWith('RTP/SAVPF') || (kind !== 'audio' && kind !== 'video')) return null;
	const format = kind === 'video' ? chooseVideo(formats) : (formats.find(isOpus) ?? null);
	if (format === null) return null;
	const orientation = kind === 'video' ? extensions.find(({ uri }) => uri === videoOrientationUri) : undefined;
	// Ids from 15 on would need two-byte headers.
	const isUsable = orientation !== undefined && orientation.id >= 1 && orientation.id <= 14;
	return { kind, index, mid, format, ssrcs, orientationId: isUsable ? orientation.id : null };
};

/**
 * @param wanted directions of sections that count
 * @param one whether a single section can be taken, because two could not be told apart
 */
const choose = (
	offer: SessionDescription,
	wanted: ReadonlySet<string>,
	chooseVideo: ChooseVideo,
	one: (video: ChosenMedia) => boolean,
	hasAudio = true,
): ChosenOffer => {
	const { sections, bundle } = offer;
	const usable = sections.flatMap((section, index) =>
		wanted.has(section.direction) ? (chooseIn(section, index, chooseVideo) ?? []) : [],
	);
	const video = usable.find(({ kind }) => kind === 'video');
	const audio = hasAudio ? usable.find(({ kind }) => kind === 'audio') : undefined;
	// Libraries find a section by its identification; a lone one may go without.
	const isTogether = video && audio && bundle.includes(video.mid) && bundle.includes(audio.mid) && !one(video);
	const media =
		video && audio && !isTogether ? [video] : usable.filter((choice) => choice === video || choice === audio);
	const lead = media[0] ?? fail('no section has a codec and a direction that can be taken');
	const inBundle = sections.filter(({ mid }) => bundle.includes(lead.mid) && bundle.includes(mid));
	const own = sections.filter((_, index) => index === lead.index);
	const transport = transportOf([...own, ...inBundle, offer]);
	return { media, transport: transport ?? fail('ice-ufrag, ice-pwd or fingerprint is missing') };
};

const sending = new Set(['sendonly', 'sendrecv']);
const receiving = new Set(['recvonly', 'sendrecv']);

/**
 * What is taken of a publisher's offer.
 *
 * @param preference codecs that may be taken, best first
 * @throws LivestillError `INVALID_PARAMETER`
 */
export const negotiatePublish = (offer: SessionDescription, preference: readonly WebRtcVideoCodec[]): ChosenOffer =>
	// Packets of a source that was not announced could belong to either section.
	choose(
		offer,
		sending,
		(formats) => choosePublishedFormat(formats, preference),
		({ ssrcs }) => ssrcs.length === 0,
	);

/** What a stream has. */
export interface PlayedContent {
	readonly video: VideoKind | null;
	readonly audio: boolean;
}

const describe = ({ codec, profile }: VideoKind): string =>
	codec === 'h264' ? `h264, ${profileName(profile)}` : codec;

/**
 * What is taken of a player's offer for a stream.
 *
 * @throws LivestillError `INVALID_PARAMETER`; `UNSUPPORTED_CODEC` when the player has a video section, but not for this codec
 */
export const negotiatePlay = (offer: SessionDescription, { video, audio }: PlayedContent): ChosenOffer => {
	const wanted = offer.sections.filter(
		({ kind, isOff, direction }) => kind === 'video' && !isOff && receiving.has(direction),
	);
	const chooseVideo: ChooseVideo = (formats) => (video === null ? null : choosePlayedFormat(formats, video));
	if (video !== null && wanted.length > 0 && wanted.every(({ formats }) => chooseVideo(formats) === null))
		throw new LivestillError('UNSUPPORTED_CODEC', `No common codecs: the stream is ${describe(video)}`);
	return choose(offer, receiving, chooseVideo, () => false, audio);
};
