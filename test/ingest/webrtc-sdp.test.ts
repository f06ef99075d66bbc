import { describe, expect, it } from 'vitest';
import { maxSdpLength } from '../../ingest-node/protocols/sdp/description.ts';
import { buildAnswer, buildLibraryOffer } from '../../ingest-node/protocols/webrtc/answer.ts';
import { fittingProfile, profileName } from '../../ingest-node/protocols/webrtc/h264-profile.ts';
import { negotiatePlay, negotiatePublish } from '../../ingest-node/protocols/webrtc/negotiate.ts';
import { parseSdp } from '../../ingest-node/protocols/webrtc/sdp.ts';
import { webRtcVideoCodecs } from '../../ingest-node/protocols/webrtc/video-codecs.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { createRandom } from './support/udp-relay.ts';

const transport = [
	'a=ice-ufrag:abcd',
	'a=ice-pwd:abcdabcdabcdabcdabcdabcd',
	`a=fingerprint:sha-256 ${'AB:'.repeat(31)}CD`,
	'a=setup:actpass',
	'a=rtcp-mux',
];
const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'];
const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0', 'c=IN IP4 0.0.0.0', ...transport, 'a=mid:0', 'a=sendonly'];
const audioFormats = ['a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2'];
const video = [
	'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 102 103 45',
	'c=IN IP4 0.0.0.0',
	...transport,
	'a=mid:1',
	'a=sendonly',
];
const videoFormats = [
	'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
	'a=extmap:13 urn:3gpp:video-orientation',
	'a=rtpmap:96 VP8/90000',
	'a=rtcp-fb:96 goog-remb',
	'a=rtcp-fb:96 transport-cc',
	'a=rtcp-fb:96 nack',
	'a=rtcp-fb:96 nack pli',
	'a=rtpmap:97 rtx/90000',
	'a=fmtp:97 apt=96',
	'a=rtpmap:98 H264/90000',
	'a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
	'a=rtpmap:99 H264/90000',
	'a=fmtp:99 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
	'a=rtpmap:102 H264/90000',
	'a=rtcp-fb:102 nack',
	'a=rtcp-fb:102 transport-cc',
	'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
	'a=rtpmap:103 VP9/90000',
	'a=fmtp:103 profile-id=2',
	'a=rtpmap:45 AV1/90000',
	'a=ssrc:1111 cname:x',
];
const lines = [...head, ...audio, ...audioFormats, ...video, ...videoFormats];
const sdpOf = (all: readonly string[]): string => `${all.join('\r\n')}\r\n`;
const without = (pattern: RegExp): string => sdpOf(lines.filter((line) => !pattern.test(line)));
const offer = sdpOf(lines);

const publish = (sdp: string, preference: readonly (typeof webRtcVideoCodecs)[number][] = webRtcVideoCodecs) =>
	negotiatePublish(parseSdp(sdp), preference);
const videoType = (sdp: string, ...preference: (typeof webRtcVideoCodecs)[number][]) =>
	publish(sdp, preference).media.find(({ kind }) => kind === 'video')?.format.payloadType;

describe('the choice of a codec', () => {
	it('follows the preference, and takes Constrained Baseline of H.264 when it is there', () => {
		expect(videoType(offer, 'h264', 'vp8')).toBe(102);
		expect(videoType(without(/rtpmap:102/), 'h264', 'vp8')).toBe(99);
		expect(videoType(without(/rtpmap:(99|102)/), 'h264', 'vp8')).toBe(96);
		expect(videoType(offer, 'vp9', 'av1')).toBe(45);
		expect(videoType(offer, 'vp8')).toBe(96);
	});

	it('takes for a player what the stream is', () => {
		const asked = offer.replaceAll('sendonly', 'recvonly');
		const typeFor = (codec: 'h264' | 'vp8' | 'vp9', profile: string) =>
			negotiatePlay(parseSdp(asked), { video: { codec, profile }, audio: true }).media.find(
				({ kind }) => kind === 'video',
			)?.format.payloadType;
		expect(typeFor('h264', '42e0')).toBe(102);
		expect(typeFor('h264', '4200')).toBe(99);
		expect(typeFor('h264', '6400')).toBe(99);
		expect(typeFor('vp8', '')).toBe(96);
		expect(() => typeFor('vp9', '')).toThrow('No common codecs');
	});

	it('takes one section only when packets could not be told apart', () => {
		expect(publish(offer).media.map(({ kind }) => kind)).toEqual(['audio', 'video']);
		expect(publish(without(/ssrc/)).media.map(({ kind }) => kind)).toEqual(['video']);
		expect(publish(without(/BUNDLE/)).media.map(({ kind }) => kind)).toEqual(['video']);
		expect(publish(sdpOf([...head, ...audio, ...audioFormats])).media.map(({ kind }) => kind)).toEqual(['audio']);
	});
});

describe('the answer', () => {
	const { sections } = parseSdp(offer);
	const chosen = publish(offer, ['h264']);
	const ours = { ufrag: 'wxyz', password: 'p'.repeat(22), fingerprint: `sha-256 ${'01:'.repeat(31)}02` };
	const candidates = [{ address: '192.0.2.1', port: 8890 }];

	it('has one codec, our transport, and REMB in place of transport-cc', () => {
		const answer = buildAnswer({ sections, media: chosen.media, transport: ours, candidates });
		expect(answer).toContain('m=video 8890 UDP/TLS/RTP/SAVPF 102\r\n');
		expect(answer).toContain('a=extmap:13 urn:3gpp:video-orientation\r\n');
		expect(answer).toContain('a=candidate:1 1 udp 2130706431 192.0.2.1 8890 typ host\r\n');
		expect(answer).toContain('a=rtcp-fb:102 nack\r\n');
		expect(answer).not.toMatch(/transport-cc|transport-wide|rtx|VP8|actpass|inactive/);
		expect(parseSdp(answer).sections.map(({ direction }) => direction)).toEqual(['recvonly', 'recvonly']);
	});

	it('refuses in its place what was not chosen', () => {
		const media = chosen.media.filter(({ kind }) => kind === 'video');
		const answer = parseSdp(buildAnswer({ sections, media, transport: ours, candidates }));
		expect(answer.sections.map(({ kind, isOff }) => [kind, isOff])).toEqual([
			['audio', true],
			['video', false],
		]);
		expect(answer.bundle).toEqual(['1']);
	});

	it('plays audio and video of one stream together', () => {
		const sources = new Map([
			['0', { ssrc: 1, streamId: 'stream' }],
			['1', { ssrc: 2, streamId: 'stream' }],
		]);
		const answer = buildAnswer({ sections, media: chosen.media, transport: ours, candidates, sources });
		expect(answer.match(/a=msid:stream (audio|video)/g)).toHaveLength(2);
		expect(parseSdp(answer).sections.map(({ ssrcs, direction }) => [...ssrcs, direction])).toEqual([
			[1, 'sendonly'],
			[2, 'sendonly'],
		]);
	});

	it('gives the library no candidates of the peer', () => {
		const withCandidate = offer.replace('a=mid:0', 'a=mid:0\r\na=candidate:1 1 udp 1 198.51.100.1 53 typ host');
		expect(buildLibraryOffer(publish(withCandidate), 'sendonly')).not.toContain('candidate');
	});
});

describe('bad offers', () => {
	it.each([
		['empty', ''],
		['no SDP', 'hello'],
		['JSON', '{"type":"offer"}'],
		['no media', sdpOf(head)],
		['no fingerprint', without(/fingerprint/)],
		['no ice-ufrag', without(/ice-ufrag/)],
		['no ice-pwd', without(/ice-pwd/)],
		['a short ice-pwd', offer.replaceAll('abcdabcdabcdabcdabcdabcd', 'abc')],
		['a fingerprint that is none', offer.replaceAll('sha-256 AB', 'sha-256 XY')],
		['nothing that is sent', offer.replaceAll('sendonly', 'recvonly')],
		['no codec that we know', offer.replaceAll(/(VP8|VP9|AV1|H264|opus)\//g, 'H261/')],
		['plain RTP', offer.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
		['only a data channel', sdpOf([...head, 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...transport])],
		['500 media sections', sdpOf([...head, ...Array.from({ length: 500 }, () => video).flat()])],
		['too long', offer + 'a=x\r\n'.repeat(maxSdpLength / 5)],
	])('refuses one with %s', (_, sdp) => {
		expect(() => publish(sdp)).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER' }));
	});

	it('never fails otherwise, and never writes a line that was not meant', () => {
		const random = createRandom(11);
		const pieces = [
			...lines,
			'',
			'm=',
			'a=mid:',
			'a=rtpmap:',
			'a=ssrc:',
			'a=group:BUNDLE',
			'm=video 0 x',
			'\r',
			'\u2028',
		];
		const pick = (): string => pieces[Math.floor(random() * pieces.length)] ?? '';
		for (let round = 0; round < 3000; round += 1) {
			const mutated = lines.flatMap((line) => {
				const dice = random();
				if (dice < 0.03) return [];
				if (dice < 0.06) return [line, pick()];
				if (dice < 0.1) return [line.slice(0, Math.floor(random() * line.length)) + pick()];
				return [line];
			});
			try {
				const sdp = sdpOf(mutated);
				const chosen = publish(sdp);
				const { sections } = parseSdp(sdp);
				const answer = buildAnswer({ sections, media: chosen.media, transport: chosen.transport, candidates: [] });
				for (const line of answer.trimEnd().split('\r\n')) expect(line).toMatch(/^[vosmtca]=[^\r\n]+$/);
				expect(parseSdp(answer).sections).toHaveLength(sections.length);
			} catch (error) {
				if (!(error instanceof LivestillError)) throw error;
				expect(error.code).toBe('INVALID_PARAMETER');
			}
		}
	});
});

describe('the profile of H.264', () => {
	it('has a name by profile_idc and constraint flags', () => {
		expect(
			['42e0', '42c0', '4200', '4d80', '4d40', '4d00', '640c', '6400', '6e00', '7a00', 'f400', '5800'].map(profileName),
		).toEqual([
			...['Constrained Baseline', 'Constrained Baseline', 'Baseline', 'Constrained Baseline', 'Main', 'Main'],
			...['Constrained High', 'High', 'High 10', 'High 4:2:2', 'High 4:4:4', 'an unknown profile'],
		]);
	});

	it('is met by the narrowest decoder that is wide enough, else by the widest, but none is stretched beyond 8 bits', () => {
		const chromium = ['4200', '42e0', '4d00', 'f400'];
		const chosen = (stream: string, offered = chromium) => offered[fittingProfile(offered, stream)];
		expect(['42c0', '4200', '4d40', '640c', '6400', '7a00'].map((stream) => chosen(stream))).toEqual([
			...['42e0', '4200', '4d00', 'f400', 'f400', 'f400'],
		]);
		expect(chosen('6400', ['42e0', '4d00'])).toBe('4d00');
		expect(chosen('6e00', ['42e0', '6400'])).toBeUndefined();
		expect(chosen('42e0', [])).toBeUndefined();
	});
});
