/**
 * Session descriptions as far as WebRTC media needs them: a typed view of what a peer has sent. RFC 8866, RFC 8829 § 5.
 * All text is untrusted; what goes back into an SDP of ours has been checked for characters that could end its line.
 */
import {
	failSdp as fail,
	formatsIn,
	type Media,
	type PayloadFormat,
	parseDescription,
	type Transport,
	textOf as text,
} from '../sdp/description.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** RFC 8839 § 5.4 */
export interface IceParameters {
	readonly ufrag: string;
	readonly password: string;
}

/** ICE and DTLS of a media section, as far as they are there; the rest is the session's or a bundled section's. */
export interface TransportSource {
	readonly ice: IceParameters | null;
	/** Hash function and value. RFC 8122 § 5 */
	readonly fingerprint: string | null;
}

export interface TransportParameters extends IceParameters {
	readonly fingerprint: string;
}

export interface HostCandidate {
	readonly address: string;
	readonly port: number;
}

export interface MediaSection extends TransportSource {
	/** `audio`, `video`, `application`, … */
	readonly kind: string;
	/** Identification, RFC 5888 § 4; '' without. */
	readonly mid: string;
	/** `UDP/TLS/RTP/SAVPF` in WebRTC. */
	readonly protocol: string;
	/** The text behind the protocol. */
	readonly formatList: string;
	/** Port 0 and not meant for a bundle: the peer has switched it off. RFC 8843 § 6 */
	readonly isOff: boolean;
	readonly direction: Direction;
	/** In the peer's order of preference. */
	readonly formats: readonly PayloadFormat[];
	/** RFC 8285 § 5 */
	readonly extensions: readonly { readonly id: number; readonly uri: string }[];
	readonly ssrcs: readonly number[];
	readonly candidates: readonly HostCandidate[];
}

export interface SessionDescription extends TransportSource {
	readonly sections: readonly MediaSection[];
	/** Identifications of the first BUNDLE group; empty without. RFC 8843 */
	readonly bundle: readonly string[];
}

/** RFC 8866 § 9 `token`, and a little more that identifiers use: nothing that ends a line or a word. */
const isToken = (value: string): boolean => /^[\w!#$%&'*+.^`{|}~:/-]{1,256}$/.test(value);

const iceIn = ({ iceUfrag, icePwd }: Transport): IceParameters | null => {
	if (iceUfrag === undefined || icePwd === undefined) return null;
	const ufrag = text(iceUfrag);
	const password = text(icePwd);
	if (!/^[A-Za-z0-9+/=_-]{4,256}$/.test(ufrag)) fail('ice-ufrag is malformed');
	if (!/^[A-Za-z0-9+/=_-]{22,256}$/.test(password)) fail('ice-pwd is malformed');
	return { ufrag, password };
};

const fingerprintIn = ({ fingerprint }: Transport): string | null => {
	if (fingerprint === undefined) return null;
	const hash = `${text(fingerprint.type)} ${text(fingerprint.hash)}`;
	if (!/^sha-(1|224|256|384|512) [0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/i.test(hash)) fail('fingerprint is malformed');
	return hash;
};

const transportIn = (source: Transport): TransportSource => ({
	ice: iceIn(source),
	fingerprint: fingerprintIn(source),
});

/** What the first of the sources have that have it; `null` when something is in none. */
export const transportOf = (sources: readonly TransportSource[]): TransportParameters | null => {
	const ice = sources.find((source) => source.ice !== null)?.ice;
	const fingerprint = sources.find((source) => source.fingerprint !== null)?.fingerprint;
	return ice && fingerprint ? { ...ice, fingerprint } : null;
};

const directions: ReadonlySet<string> = new Set<Direction>(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
const isDirection = (value: string): value is Direction => directions.has(value);

const sectionOf = (media: Media, sessionDirection: string): MediaSection => {
	const direction = text(media.direction) || sessionDirection || 'sendrecv';
	const mid = text(media.mid);
	if (mid !== '' && !isToken(mid)) fail('mid is malformed');
	const kind = text(media.type);
	const protocol = text(media.protocol);
	const formatList = text(media.payloads);
	if (!isToken(kind) || !isToken(protocol) || !/^[\w .*-]{1,1000}$/.test(formatList)) fail('a media line is malformed');
	const ssrcs = new Set((media.ssrcs ?? []).map(({ id }) => Number(id)).filter((id) => id >= 0 && id < 2 ** 32));
	return {
		kind,
		mid,
		protocol,
		formatList,
		isOff: Number(media.port) === 0 && media.bundleOnly === undefined,
		direction: isDirection(direction) ? direction : fail('direction is malformed'),
		formats: formatsIn(media),
		extensions: (media.ext ?? []).map(({ value, uri }) => ({ id: Number.parseInt(text(value), 10), uri: text(uri) })),
		ssrcs: [...ssrcs],
		...transportIn(media),
		candidates: (media.candidates ?? [])
			.filter(({ transport, type }) => text(transport).toLowerCase() === 'udp' && type === 'host')
			.map(({ ip, port }) => ({ address: text(ip), port: Number(port) })),
	};
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** @throws LivestillError `INVALID_PARAMETER` */
export const parseSdp = (sdp: string): SessionDescription => {
	// Parts of it go back into the answer, and into the library.
	if (controlCharacter.test(sdp)) return fail('a control character');
	const session = parseDescription(sdp);
	const bundle = session.groups?.find(({ type }) => type === 'BUNDLE');
	return {
		sections: session.media.map((media) => sectionOf(media, text(session.direction))),
		bundle: text(bundle?.mids).split(' ').filter(isToken),
		...transportIn(session),
	};
};
