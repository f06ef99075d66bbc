/**
 * Session descriptions, as far as all protocols read them alike. RFC 8866. All text is untrusted; what goes back into an
 * SDP or a header of ours has to be checked for characters that could end its line.
 */
import { type Media, parse, type Session } from 'sdp-transform';
import { LivestillError } from '../../../src/shared/errors.ts';

export type { Media, Session, Transport } from 'sdp-transform';

/** A payload type and what it stands for. RFC 8866 § 6.6 */
export interface PayloadFormat {
	readonly payloadType: number;
	/** Encoding name, lower case. */
	readonly encoding: string;
	readonly clockRate: number;
	/** Text of `a=fmtp` behind the payload type, '' without. */
	readonly fmtp: string;
	/** Parameters of `fmtp`, names in lower case. */
	readonly parameters: ReadonlyMap<string, string>;
	/** Values of `a=rtcp-fb`: `nack`, `nack pli`, … RFC 4585 § 4.2 */
	readonly feedback: readonly string[];
}

/** Characters of an SDP: browsers send 6,000 to 10,000. */
export const maxSdpLength = 64 * 1024;
/** Media sections: a browser has two, with a data channel three. */
const maxSections = 16;

/** @throws LivestillError `INVALID_PARAMETER` */
export const failSdp = (why: string): never => {
	throw new LivestillError('INVALID_PARAMETER', `SDP: ${why}`);
};

/** What the parser has made a number of, as text; '' for what is not there. */
export const textOf = (value: string | number | undefined): string => (value === undefined ? '' : String(value));

const parametersIn = (fmtp: string): ReadonlyMap<string, string> =>
	new Map(
		fmtp
			.split(';')
			.map((parameter) => parameter.trim())
			.filter((parameter) => parameter !== '')
			.map((parameter): [string, string] => {
				const [name = '', ...value] = parameter.split('=');
				return [name.toLowerCase(), value.join('=')];
			}),
	);

/** Video payload types that need no `a=rtpmap`. RFC 3551 § 6 table 5 */
const staticFormats: ReadonlyMap<number, { readonly codec: string; readonly rate: number }> = new Map([
	[26, { codec: 'jpeg', rate: 90_000 }],
]);

/** The formats of a media section whose meaning is known, in the peer's order of preference. */
export const formatsIn = (media: Media): PayloadFormat[] =>
	textOf(media.payloads)
		.split(' ')
		.flatMap((payload) => {
			const payloadType = Number(payload);
			const map = media.rtp.find((entry) => textOf(entry.payload) === payload) ?? staticFormats.get(payloadType);
			if (map === undefined || !Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) return [];
			const fmtp = textOf(media.fmtp.find((entry) => textOf(entry.payload) === payload)?.config);
			const feedback = (media.rtcpFb ?? [])
				.filter((entry) => textOf(entry.payload) === payload || entry.payload === '*')
				.map(({ type, subtype }) => `${textOf(type)} ${textOf(subtype)}`.trim());
			const encoding = textOf(map.codec).toLowerCase();
			return { payloadType, encoding, clockRate: Number(map.rate), fmtp, parameters: parametersIn(fmtp), feedback };
		});

/** A description with at least one media section, its text split into fields. @throws LivestillError `INVALID_PARAMETER` */
export const parseDescription = (sdp: string): Session => {
	if (sdp.length > maxSdpLength) failSdp(`${sdp.length} characters, at most ${maxSdpLength} are allowed`);
	const session = parse(sdp);
	if (session.version === undefined) failSdp('it does not begin with v=0');
	if (session.media.length === 0) failSdp('there is no media section');
	if (session.media.length > maxSections)
		failSdp(`${session.media.length} media sections, at most ${maxSections} are allowed`);
	return session;
};
