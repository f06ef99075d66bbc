/** The tracks that an RTSP peer offers: of a camera's DESCRIBE or a publisher's ANNOUNCE. RFC 2326 § C */
import type { Codec } from '../../../src/shared/codec.ts';
import { formatsIn, type PayloadFormat, parseDescription, textOf } from '../sdp/description.ts';
import { parameterSetsOf } from './parameter-sets.ts';

/** How a track's pictures are coded. */
export interface VideoFormat {
	readonly codec: Codec;
	/** As the description has it: payload type, clock, parameters. */
	readonly format: PayloadFormat;
	/** NAL units of the description, none for other codecs. */
	readonly parameterSets: readonly Uint8Array[];
}

export interface MediaTrack {
	/** `video`, `audio`, `application`, … */
	readonly kind: string;
	/** `a=control`, `null` without. */
	readonly control: string | null;
	/** `null`: it is no video of a known codec. */
	readonly video: VideoFormat | null;
	/** Encoding names, for messages. */
	readonly encodings: readonly string[];
}

export interface MediaDescription {
	/** `a=control` of the session, `null` without. */
	readonly control: string | null;
	/** At least one, in order. */
	readonly tracks: readonly MediaTrack[];
}

const codecNames: ReadonlyMap<string, Codec> = new Map([
	['h264', 'h264'],
	['h265', 'hevc'],
	['hevc', 'hevc'],
	['vp8', 'vp8'],
	['vp9', 'vp9'],
	['av1', 'av1'],
	['jpeg', 'jpeg'],
]);

/** Decoding order numbers, which change the payloads: nobody sends them. RFC 7798 § 7.1, RFC 6184 § 8.1 */
const isInterleaved = ({ parameters }: PayloadFormat): boolean =>
	Number(parameters.get('sprop-max-don-diff') ?? 0) > 0 || parameters.get('packetization-mode') === '2';

const videoIn = (formats: readonly PayloadFormat[]): VideoFormat | null => {
	for (const format of formats) {
		const codec = codecNames.get(format.encoding);
		if (codec !== undefined && format.clockRate > 0 && !isInterleaved(format))
			return { codec, format, parameterSets: parameterSetsOf(codec, format) };
	}
	return null;
};

const controlOf = (control: string | number | undefined): string | null => textOf(control).trim() || null;

/** @param sdp UTF-8. @throws LivestillError `INVALID_PARAMETER` */
export const parseMediaDescription = (sdp: Uint8Array): MediaDescription => {
	const { control, media } = parseDescription(new TextDecoder().decode(sdp));
	return {
		control: controlOf(control),
		tracks: media.map((section) => {
			const kind = textOf(section.type);
			const formats = formatsIn(section);
			return {
				kind,
				control: controlOf(section.control),
				video: kind === 'video' ? videoIn(formats) : null,
				encodings: formats.map(({ encoding }) => encoding),
			};
		}),
	};
};

/** The first track whose video is of a known codec, `null` without. */
export const videoTrack = ({ tracks }: MediaDescription): (MediaTrack & { readonly video: VideoFormat }) | null => {
	for (const track of tracks) if (track.video !== null) return { ...track, video: track.video };
	return null;
};
