/**
 * The `Transport` header: how media goes between client and server. RFC 2326 § 12.39
 *
 *     RTP/AVP/TCP;unicast;interleaved=0-1;mode=record , RTP/AVP;unicast;client_port=5000-5001
 */
import { rtspLimits } from './rtsp-limits.ts';

/** RTP and RTCP: channels or UDP ports. */
export interface TransportPair {
	readonly rtp: number;
	readonly rtcp: number;
}

export interface Transport {
	/** Inside of the connection, or beside it. */
	readonly lower: 'tcp' | 'udp';
	/** `AVP`; with early feedback `AVPF`, RFC 4585. */
	readonly profile: 'AVP' | 'AVPF';
	readonly isMulticast: boolean;
	/** Channels; `null`: not named. */
	readonly interleaved: TransportPair | null;
	readonly clientPort: TransportPair | null;
	readonly serverPort: TransportPair | null;
	/** Address that media comes from; `null`: the server's. */
	readonly source: string | null;
	/** Address that media goes to. Never to be trusted. */
	readonly destination: string | null;
	/** Of the sender; `null`: not named. */
	readonly ssrc: number | null;
	/** What the client wants: to receive or to send. */
	readonly mode: 'play' | 'record';
}

/** What a transport has that is not named. */
export const transportDefaults: Transport = {
	lower: 'udp',
	profile: 'AVP',
	isMulticast: false,
	interleaved: null,
	clientPort: null,
	serverPort: null,
	source: null,
	destination: null,
	ssrc: null,
	mode: 'play',
};

/** `4588-4589`; of a single number the next one is RTCP's. */
const parsePair = (text: string, max: number): TransportPair | null => {
	const [, first, second] = /^([0-9]{1,5})(?: *- *([0-9]{1,5}))?$/.exec(text) ?? [];
	if (first === undefined) return null;
	const rtp = Number(first);
	const rtcp = second === undefined ? rtp + 1 : Number(second);
	return rtp <= max && rtcp <= max ? { rtp, rtcp } : null;
};

const maxPort = 65_535;
const maxChannel = 255;

const parsePorts = (text: string): TransportPair | null => {
	const pair = parsePair(text, maxPort);
	return pair !== null && pair.rtp > 0 ? pair : null;
};

const parseOne = (text: string): Transport | null => {
	const [spec = '', ...parameters] = text.split(';').map((part) => part.trim());
	const [, profile, lower = 'udp'] = /^RTP\/(AVPF?)(?:\/(TCP|UDP))?$/.exec(spec.toUpperCase()) ?? [];
	if (profile === undefined) return null;
	const words = new Set(parameters.map((part) => part.toLowerCase()));
	const values = new Map(
		parameters.map((part): [string, string] => {
			const [name = '', ...value] = part.split('=');
			return [
				name.trim().toLowerCase(),
				value
					.join('=')
					.trim()
					.replace(/^"(.*)"$/, '$1'),
			];
		}),
	);
	const value = (name: string): string => values.get(name) ?? '';
	const interleaved = parsePair(value('interleaved'), maxChannel);
	const ssrc = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(value('ssrc'))?.[1];
	return {
		// Some servers forget the TCP in their answer.
		lower: interleaved !== null || lower.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
		profile: profile === 'AVPF' ? 'AVPF' : 'AVP',
		isMulticast: words.has('multicast'),
		interleaved,
		clientPort: parsePorts(value('client_port')),
		serverPort: parsePorts(value('server_port')),
		source: value('source') || null,
		destination: value('destination') || null,
		ssrc: ssrc === undefined ? null : Number.parseInt(ssrc, 16),
		// `receive` is an old word for it.
		mode: /record|receive/i.test(value('mode')) ? 'record' : 'play',
	};
};

/** Splits at commas, those in quotes excepted. */
const splitList = (text: string): string[] => text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];

/** The transports of RTP that a header names, best first; those of other kinds are left out. Never throws. */
export const parseTransports = (header: string): Transport[] =>
	splitList(header)
		.slice(0, rtspLimits.transports)
		.map(parseOne)
		.filter((transport) => transport !== null);

const pair = (name: string, { rtp, rtcp }: TransportPair): string => `${name}=${rtp}-${rtcp}`;

/** One transport as a header has it. `mode` is written where it is `record`. */
export const formatTransport = (transport: Partial<Transport>): string => {
	const { lower, profile, isMulticast, interleaved, clientPort, serverPort, source, destination, ssrc, mode } = {
		...transportDefaults,
		...transport,
	};
	return [
		`RTP/${profile}${lower === 'tcp' ? '/TCP' : ''}`,
		isMulticast ? 'multicast' : 'unicast',
		destination && `destination=${destination}`,
		source && `source=${source}`,
		interleaved && pair('interleaved', interleaved),
		clientPort && pair('client_port', clientPort),
		serverPort && pair('server_port', serverPort),
		ssrc !== null && `ssrc=${ssrc.toString(16).toUpperCase().padStart(8, '0')}`,
		mode === 'record' && 'mode=record',
	]
		.filter((part) => typeof part === 'string' && part !== '')
		.join(';');
};
