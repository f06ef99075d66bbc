/**
 * The two session descriptions that we write: the answer for the peer, and an offer that holds only what was chosen, for
 * the WebRTC library. Written from what has been parsed, not by editing, so that nothing unknown comes through.
 */
import { type ChosenMedia, type ChosenOffer, videoOrientationUri } from './negotiate.ts';
import type { HostCandidate, MediaSection, TransportParameters } from './sdp.ts';

/** What we send in a section, for a player. */
export interface SentSource {
	readonly ssrc: number;
	/** Name of the media stream: audio and video with the same one are played together. */
	readonly streamId: string;
}

export interface AnswerOptions {
	/** All sections of the offer: each needs one in the answer. RFC 3264 § 6 */
	readonly sections: readonly MediaSection[];
	readonly media: readonly ChosenMedia[];
	readonly transport: TransportParameters;
	readonly candidates: readonly HostCandidate[];
	/** Sources by `mid` for a player; without, the answer receives. */
	readonly sources?: ReadonlyMap<string, SentSource>;
}

/** Feedback that we understand or send; Chromium estimates by REMB when nothing else is there. */
const feedback: ReadonlySet<string> = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb']);

const joinLines = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

const bundleLine = (media: readonly ChosenMedia[]): string[] =>
	media.every(({ mid }) => mid !== '') ? [`a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`] : [];

const sessionLines = (media: readonly ChosenMedia[]): string[] => [
	'v=0',
	'o=livestill 1 1 IN IP4 127.0.0.1',
	's=-',
	't=0 0',
	...bundleLine(media),
];

/** Parameters of a codec go back as they came: the peer described what it sends or takes, and we change nothing of it. */
const formatLines = ({ kind, format }: ChosenMedia): string[] => {
	const { payloadType, encoding, clockRate, fmtp } = format;
	const name = encoding === 'opus' ? `opus/${clockRate}/2` : `${encoding.toUpperCase()}/${clockRate}`;
	const spoken = kind === 'video' ? format.feedback.filter((value) => feedback.has(value)) : [];
	return [
		`a=rtpmap:${payloadType} ${name}`,
		...(fmtp === '' ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
		...spoken.map((value) => `a=rtcp-fb:${payloadType} ${value}`),
	];
};

const transportLines = ({ ufrag, password, fingerprint }: TransportParameters, setup: string): string[] => [
	`a=ice-ufrag:${ufrag}`,
	`a=ice-pwd:${password}`,
	`a=fingerprint:${fingerprint}`,
	`a=setup:${setup}`,
	'a=rtcp-mux',
];

// Type preference 126 of host candidates, RFC 8445 § 5.1.2.2; the first is preferred.
const candidatePriority = (index: number): number => 126 * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255;

const candidateLines = (candidates: readonly HostCandidate[]): string[] => [
	...candidates.map(
		({ address, port }, index) =>
			`a=candidate:${index + 1} 1 udp ${candidatePriority(index)} ${address} ${port} typ host`,
	),
	'a=end-of-candidates',
];

const sourceLines = ({ ssrc, streamId }: SentSource, kind: string): string[] => [
	`a=msid:${streamId} ${kind}`,
	`a=ssrc:${ssrc} cname:${streamId}`,
	`a=ssrc:${ssrc} msid:${streamId} ${kind}`,
];

const midLine = (mid: string): string[] => (mid === '' ? [] : [`a=mid:${mid}`]);

const refusedSection = ({ kind, protocol, formatList, mid }: MediaSection): string[] => [
	`m=${kind} 0 ${protocol} ${formatList}`,
	'c=IN IP4 0.0.0.0',
	...midLine(mid),
	'a=inactive',
];

const connectionLine = ({ address }: HostCandidate): string =>
	`c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
const noCandidate: HostCandidate = { address: '0.0.0.0', port: 9 };

/** The answer: all candidates in it, DTLS started by us (RFC 8842 § 5.3). */
export const buildAnswer = ({ sections, media, transport, candidates, sources }: AnswerOptions): string => {
	const main = candidates[0] ?? noCandidate;
	const lead = media[0];
	return joinLines([
		...sessionLines(media),
		...(sources === undefined ? [] : ['a=msid-semantic: WMS *']),
		...sections.flatMap((section, index) => {
			const chosen = media.find((choice) => choice.index === index);
			if (chosen === undefined) return refusedSection(section);
			const source = sources?.get(chosen.mid);
			return [
				`m=${chosen.kind} ${main.port} ${section.protocol} ${chosen.format.payloadType}`,
				connectionLine(main),
				...midLine(chosen.mid),
				...transportLines(transport, 'active'),
				...(chosen.orientationId === null ? [] : [`a=extmap:${chosen.orientationId} ${videoOrientationUri}`]),
				sources === undefined ? 'a=recvonly' : 'a=sendonly',
				...formatLines(chosen),
				...(source === undefined ? [] : sourceLines(source, chosen.kind)),
				...(chosen === lead ? candidateLines(candidates) : []),
			];
		}),
	]);
};

/** Identification under which the library knows a section that has none. */
export const libraryMid = ({ mid, kind }: ChosenMedia): string => (mid === '' ? kind : mid);

/**
 * The offer for the library: what was chosen, without the peer's candidates. A peer that can reach us is found by its
 * own connectivity checks, and nobody makes us send packets to third parties.
 *
 * @param direction of the peer
 */
export const buildLibraryOffer = ({ media, transport }: ChosenOffer, direction: 'sendonly' | 'recvonly'): string => {
	const named = media.map((choice) => ({ ...choice, mid: libraryMid(choice) }));
	return joinLines([
		...sessionLines(named),
		...named.flatMap((choice) => [
			`m=${choice.kind} 9 UDP/TLS/RTP/SAVPF ${choice.format.payloadType}`,
			'c=IN IP4 0.0.0.0',
			`a=mid:${choice.mid}`,
			...transportLines(transport, 'actpass'),
			`a=${direction}`,
			...formatLines(choice),
			...choice.ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:peer`),
		]),
	]);
};
