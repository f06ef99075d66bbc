/** The parsers of untrusted bytes that have no fuzzer of their own elsewhere, each with its seeds and what must hold for any input. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basicCredentials } from '../../ingest-node/access/basic-credentials.ts';
import { createJsonWebTokens } from '../../ingest-node/access/json-web-token.ts';
import { shownIn, withoutShown, withShown } from '../../ingest-node/access/shown.ts';
import { readConfig } from '../../ingest-node/config.ts';
import { parseEnvelope, writeEnvelope } from '../../ingest-node/protocols/flashphoner/envelope.ts';
import { publishTarget } from '../../ingest-node/protocols/rtmp/publish-name.ts';
import { parseRtpPacket } from '../../ingest-node/protocols/rtp/packet.ts';
import { parseRtcp } from '../../ingest-node/protocols/rtp/rtcp/rtcp.ts';
import { parseAuthList } from '../../ingest-node/protocols/rtsp/auth/auth-list.ts';
import { createServerAuth } from '../../ingest-node/protocols/rtsp/auth/server-auth.ts';
import { parseMediaDescription, videoTrack } from '../../ingest-node/protocols/rtsp/media-description.ts';
import { headerOf } from '../../ingest-node/protocols/rtsp/message.ts';
import { pushTarget } from '../../ingest-node/protocols/rtsp/push-target.ts';
import { createRtspReader } from '../../ingest-node/protocols/rtsp/reader.ts';
import { redirectTarget } from '../../ingest-node/protocols/rtsp/redirect-target.ts';
import { rtspLimits } from '../../ingest-node/protocols/rtsp/rtsp-limits.ts';
import { parseRtspUri } from '../../ingest-node/protocols/rtsp/rtsp-uri.ts';
import { formatSessionHeader, parseSessionHeader } from '../../ingest-node/protocols/rtsp/session-header.ts';
import { parseTransports } from '../../ingest-node/protocols/rtsp/transport.ts';
import { buildAnswer, buildLibraryOffer } from '../../ingest-node/protocols/webrtc/answer.ts';
import { negotiatePublish } from '../../ingest-node/protocols/webrtc/negotiate.ts';
import { parseSdp } from '../../ingest-node/protocols/webrtc/sdp.ts';
import { webRtcVideoCodecs } from '../../ingest-node/protocols/webrtc/video-codecs.ts';
import { ConfigError } from '../../ingest-node/settings/config-error.ts';
import { withSettingsFile } from '../../ingest-node/settings/file.ts';
import { parseCall, writeCall } from '../../src/shared/control/call.ts';
import { parseAuthorization } from '../../src/shared/control/request.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { packetBytes } from '../ingest/support/rtp-captures.ts';

export interface ParserTarget {
	readonly name: string;
	readonly seeds: readonly Uint8Array[];
	/**
	 * Throws what the parser throws, or an AssertionError when something does not hold that should.
	 *
	 * @returns whether the input was taken
	 */
	readonly run: (bytes: Uint8Array) => boolean | Promise<boolean>;
	/** Errors besides {@link LivestillError} that the parser may throw. */
	readonly isAllowed?: (error: unknown) => boolean;
}

const folder = new URL('./corpus/', import.meta.url);
const corpus = (name: string): Uint8Array[] =>
	readdirSync(new URL(`${name}/`, folder))
		.sort()
		.map((file) => new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder))));

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Runs a step that may refuse its input; the result says whether it took it. */
const taken = (step: () => void): boolean => {
	try {
		step();
		return true;
	} catch (error) {
		if (error instanceof LivestillError) return false;
		throw error;
	}
};

const secrets = /marker/;

const rtsp: ParserTarget = {
	name: 'rtsp',
	seeds: corpus('rtsp'),
	run: (bytes) => {
		let messages = 0;
		for (const message of createRtspReader().read(bytes)) {
			messages += 1;
			if (message.kind === 'interleaved') {
				assert(message.data.length <= 65_535);
				continue;
			}
			assert(message.body.length <= rtspLimits.bodyBytes);
			assert(message.headers.size <= rtspLimits.headerLines);
			assert(parseTransports(headerOf(message, 'transport') ?? '').length <= rtspLimits.transports);
			const session = parseSessionHeader(headerOf(message, 'session') ?? '');
			if (session !== null) assert.deepEqual(parseSessionHeader(formatSessionHeader(session))?.id, session.id);
			const authorization = headerOf(message, 'authorization') ?? headerOf(message, 'www-authenticate');
			assert(parseAuthList(authorization ?? '').length <= rtspLimits.challenges);
			const auth = createServerAuth('livestill', () => 'n');
			auth.challenges(0);
			assert(auth.proof(authorization, 'SETUP', 'rtsp://h/live/a', 0)?.('nobody knows this') !== true);
			if (message.kind === 'request') taken(() => parseStreamName(pushTarget(message.url).name));
			taken(() => {
				const target = redirectTarget(parseRtspUri('rtsp://cam/a'), headerOf(message, 'location') ?? '');
				assert(/^rtsps?:\/\/[^/@]+(\/|$)/.test(target.url));
			});
		}
		return messages > 0;
	},
};

const sdpOffer: ParserTarget = {
	name: 'sdp-offer',
	seeds: corpus('sdp-offer'),
	run: (bytes) => {
		const { sections, ...rest } = parseSdp(utf8(bytes));
		const offer = negotiatePublish({ sections, ...rest }, webRtcVideoCodecs);
		const candidates = [{ address: '192.0.2.1', port: 1 }];
		const answer = buildAnswer({ sections, media: offer.media, transport: offer.transport, candidates });
		// What goes out can be read again, and has a section for each of the offer.
		assert.equal(parseSdp(answer).sections.length, sections.length);
		assert.doesNotMatch(answer.replaceAll('\r\n', ''), /[\r\n\0]/);
		assert(buildLibraryOffer(offer, 'sendonly').startsWith('v=0\r\n'));
		return true;
	},
};

const announcement: ParserTarget = {
	name: 'announcement',
	seeds: corpus('announcement'),
	run: (bytes) => {
		const description = parseMediaDescription(bytes);
		assert(description.tracks.length <= 16);
		return videoTrack(description) !== null;
	},
};

const signalling: ParserTarget = {
	name: 'signalling',
	seeds: corpus('signalling'),
	run: (bytes) => {
		const { message, argument } = parseEnvelope(utf8(bytes));
		assert.equal(parseEnvelope(writeEnvelope(message, argument)).message, message);
		return true;
	},
};

const rtp: ParserTarget = {
	name: 'rtp',
	seeds: packetBytes('gst122-h264').slice(0, 4),
	run: (bytes) => {
		const { payload, payloadType, sequence } = parseRtpPacket(bytes);
		assert(payload.length <= bytes.length && payloadType < 128 && sequence < 65_536);
		return true;
	},
};

const receiverReport = Uint8Array.of(
	...[0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
	...[
		0x81, 202, 0, 3, 0, 0, 0, 1, 1, 3, 97, 98, 99, 0, 0, 0, 0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x81, 203, 0, 1, 0,
		0, 0, 1,
	],
);

const rtcp: ParserTarget = {
	name: 'rtcp',
	seeds: [receiverReport],
	run: (bytes) => {
		assert(parseRtcp(bytes).length <= bytes.length / 4);
		return true;
	},
};

const config: ParserTarget = {
	name: 'config',
	seeds: corpus('config'),
	// What is no secret is quoted, so that one finds it; names of settings that there are not, too.
	isAllowed: (error) =>
		error instanceof ConfigError &&
		!secrets.test(error.message.replace(/(is|setting|file|directory,?[^"']*|host) ["'][^\n]*["']/g, '')),
	run: (bytes) => {
		readConfig(
			withSettingsFile({ CONFIG_FILE: 'x' }, () => utf8(bytes)),
			() => Buffer.from(''),
		);
		return true;
	},
};

const streamKeys: ParserTarget = {
	name: 'stream-keys',
	seeds: corpus('stream-keys'),
	isAllowed: (error) => error instanceof ConfigError && !secrets.test(error.message),
	run: (bytes) => {
		const { access } = readConfig({ STREAM_KEYS: 'file' }, () => Buffer.from(bytes));
		for (const { digest, grant } of access.streamKeys) {
			assert.equal(digest.length, 32);
			assert(Object.values(grant).flat().length > 0);
		}
		return true;
	},
};

const jwt = createJsonWebTokens({
	...{ secret: 'a secret that nobody has, 12345678', keySet: undefined, audience: undefined, issuer: undefined },
	now: () => 1_790_000_000_000,
});

const credentials: ParserTarget = {
	name: 'credentials',
	seeds: corpus('credentials'),
	run: async (bytes) => {
		const header = text(bytes);
		const query = withShown(header, basicCredentials(header) ?? {});
		const shown = shownIn(query);
		for (const secret of [shown.token, shown.user, shown.password]) assert((secret ?? '').length <= 8192);
		assert.deepEqual(shownIn(withoutShown(query)), { token: undefined, user: undefined, password: undefined });
		const asked = { action: 'publish', protocol: 'rtmp', name: parseStreamName('a'), remote: '', query } as const;
		const token = header.replace(/^Bearer +/, '');
		assert.notEqual(await jwt.refusal(asked, { token }), null);
		return shown.token !== undefined || shown.password !== undefined;
	},
};

const controlCall: ParserTarget = {
	name: 'control-call',
	seeds: corpus('control-call'),
	run: (bytes) => {
		const found = parseAuthorization(text(bytes));
		if (found !== null) assert(Number.isSafeInteger(found.time));
		const call = parseCall(bytes);
		assert.deepEqual(parseCall(writeCall(call)), call);
		return true;
	},
};

const rtmpName: ParserTarget = {
	name: 'rtmp-name',
	seeds: corpus('rtmp-name'),
	run: (bytes) => {
		const url = utf8(bytes);
		const { name } = publishTarget(url.slice(0, 20), url, url.slice(20));
		assert.equal(parseStreamName(name), name);
		return true;
	},
};

export const parserTargets: readonly ParserTarget[] = [
	...[rtsp, sdpOffer, announcement, signalling, rtp, rtcp, config, streamKeys, credentials, controlCall, rtmpName],
];
