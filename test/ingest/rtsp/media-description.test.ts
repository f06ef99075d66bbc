import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseUrl, controlUrls, withoutCredentials } from '../../../ingest-node/protocols/rtsp/control-url.ts';
import { parseMediaDescription, videoTrack } from '../../../ingest-node/protocols/rtsp/media-description.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { mutate, randomSource } from '../../support/mutate.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What ffmpeg 5.1 announces. */
const ffmpegH264 = `v=0
o=- 0 0 IN IP4 127.0.0.1
s=No Name
c=IN IP4 127.0.0.1
t=0 0
a=tool:libavformat 59.27.100
m=audio 0 RTP/AVP 97
b=AS:69
a=rtpmap:97 MPEG4-GENERIC/44100/1
a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3; config=120856E500
a=control:streamid=0
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z2QADKzZQUH7ARAAAAMAEAAAAwFA8UKZYA==,aOvjyyLA; profile-level-id=64000C
a=control:streamid=1
`.replaceAll('\n', '\r\n');
const sps = '6764000cacd94141fb011000000300100000030140f1429960';
const pps = '68ebe3cb22c0';

const section = (media: string, ...attributes: string[]): string =>
	['v=0', 'o=- 0 0 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=control:*', `m=${media}`, ...attributes, ''].join('\r\n');
const videoOf = (sdp: string) => videoTrack(parseMediaDescription(bytesOf(sdp)))?.video ?? null;
const setsOf = (...attributes: string[]): string[] =>
	(videoOf(section('video 0 RTP/AVP 96', ...attributes))?.parameterSets ?? []).map(hex);

describe('a description', () => {
	it('of ffmpeg has its video, with parameter sets', () => {
		const description = parseMediaDescription(bytesOf(ffmpegH264));
		expect(description.control).toBeNull();
		expect(description.tracks.map(({ kind, control }) => [kind, control])).toEqual([
			['audio', 'streamid=0'],
			['video', 'streamid=1'],
		]);
		const track = videoTrack(description);
		expect(track).toMatchObject({ control: 'streamid=1', video: { codec: 'h264', format: { payloadType: 96 } } });
		expect(track?.video.parameterSets.map(hex)).toEqual([sps, pps]);
	});

	it.each([
		['H265/90000', 'hevc'],
		['HEVC/90000', 'hevc'],
		['vp8/90000', 'vp8'],
		['VP9/90000', 'vp9'],
		['AV1/90000', 'av1'],
		['JPEG/90000', 'jpeg'],
		['MP4V-ES/90000', undefined],
		['H264/0', undefined],
	])('of %s', (map, codec) => {
		expect(videoOf(section('video 0 RTP/AVP 96', `a=rtpmap:96 ${map}`))?.codec).toBe(codec);
	});

	it('of a static payload type is JPEG', () => {
		expect(videoOf(section('video 0 RTP/AVP 26'))).toMatchObject({ codec: 'jpeg', format: { clockRate: 90_000 } });
		expect(videoOf(section('video 0 RTP/AVP 32'))).toBeNull();
	});

	it('of several formats has the first that is known', () => {
		const maps = ['a=rtpmap:98 rtx/90000', 'a=rtpmap:99 VP8/90000', 'a=rtpmap:100 H264/90000'];
		expect(videoOf(section('video 0 RTP/AVP 98 99 100', ...maps))).toMatchObject({
			codec: 'vp8',
			format: { payloadType: 99 },
		});
	});

	it('without a video that is known says what there is', () => {
		const description = parseMediaDescription(bytesOf(section('video 0 RTP/AVP 96', 'a=rtpmap:96 MPV4/90000')));
		expect(videoTrack(description)).toBeNull();
		expect(description).toMatchObject({ control: '*', tracks: [{ kind: 'video', encodings: ['mpv4'] }] });
		expect(videoOf(section('audio 0 RTP/AVP 0'))).toBeNull();
	});

	it('with decoding order numbers is none that can be read', () => {
		const map = 'a=rtpmap:96 H265/90000';
		expect(videoOf(section('video 0 RTP/AVP 96', map, 'a=fmtp:96 sprop-max-don-diff=2'))).toBeNull();
		expect(videoOf(section('video 0 RTP/AVP 96', map, 'a=fmtp:96 sprop-max-don-diff=0'))?.codec).toBe('hevc');
		const h264 = 'a=rtpmap:96 H264/90000';
		expect(videoOf(section('video 0 RTP/AVP 96', h264, 'a=fmtp:96 packetization-mode=2'))).toBeNull();
	});

	it.each([
		['nothing', ''],
		['no SDP', 'hello'],
		['no media', 'v=0\r\ns=-\r\n'],
		['too many media', `v=0\r\n${'m=video 0 RTP/AVP 96\r\n'.repeat(17)}`],
		['too much', `v=0\r\nm=video 0 RTP/AVP 96\r\ns=${'x'.repeat(70_000)}`],
	])('of %s is refused', (_what, sdp) => {
		expect(() => parseMediaDescription(bytesOf(sdp))).toThrow(LivestillError);
	});

	it('is refused or read, whatever was damaged', () => {
		const random = randomSource(3);
		let refused = 0;
		for (let round = 0; round < 2000; round += 1) {
			try {
				parseMediaDescription(mutate(bytesOf(ffmpegH264), random));
			} catch (error) {
				expect(error).toBeInstanceOf(LivestillError);
				refused += 1;
			}
		}
		expect(refused).toBeGreaterThan(20);
		expect(refused).toBeLessThan(1500);
		fc.assert(
			fc.property(fc.stringMatching(/^[a-z0-9=,;: /+*\r\n]{0,200}$/), (text) => {
				try {
					parseMediaDescription(bytesOf(`v=0\r\nm=video 0 RTP/AVP 96\r\n${text}`));
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
		);
	});
});

describe('parameter sets', () => {
	const h264 = 'a=rtpmap:96 H264/90000';
	const [coded, codedPps] = ['Z2QADKzZQUH7ARAAAAMAEAAAAwFA8UKZYA==', 'aOvjyyLA'];
	it.each([
		['as they should be', `${coded},${codedPps}`],
		['without padding', `${coded.replaceAll('=', '')},${codedPps}`],
		['with blanks and empty ones', `, ${coded} ,, ${codedPps},`],
		['in quotes', `"${coded},${codedPps}"`],
		['with start codes', [sps, pps].map((set) => Buffer.from(`00000001${set}`, 'hex').toString('base64')).join(',')],
		['in one, with start codes', Buffer.from(`00000001${sps}000001${pps}`, 'hex').toString('base64')],
		['and one that is no base64', `***,${coded},${codedPps}`],
	])('%s', (_what, value) => {
		expect(setsOf(h264, `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${value};x=y`)).toEqual([sps, pps]);
	});

	it('of HEVC come in three parameters, in the order that decoders need', () => {
		const fmtp = 'a=fmtp:96 sprop-pps=RAHBcrRiQA==; sprop-sps=QgEBAWAAAAMA; sprop-vps=QAEMAf//AWAAAAMA';
		expect(setsOf('a=rtpmap:96 H265/90000', fmtp).map((set) => set.slice(0, 4))).toEqual(['4001', '4201', '4401']);
	});

	it('are none of other codecs, and not without end', () => {
		expect(setsOf('a=rtpmap:96 VP8/90000', `a=fmtp:96 sprop-parameter-sets=${coded}`)).toEqual([]);
		expect(setsOf(h264, `a=fmtp:96 sprop-parameter-sets=${`${codedPps},`.repeat(5000)}`)).toHaveLength(64);
	});
});

describe('the URL of a track', () => {
	const base = 'rtsp://h:554/a/b';
	it.each([
		[base, 'trackID=1', ['rtsp://h:554/a/b/trackID=1', 'rtsp://h:554/a/trackID=1']],
		[`${base}/`, 'trackID=1', ['rtsp://h:554/a/b/trackID=1']],
		[base, '*', [base]],
		[base, null, [base]],
		[base, '', [base]],
		[base, 'rtsp://other/x?y=z', ['rtsp://other/x?y=z']],
		[base, 'RTSPS://u:p@other/x', ['RTSPS://other/x']],
		[base, '/trackID=1', ['rtsp://h:554/a/b/trackID=1', 'rtsp://h:554/trackID=1']],
		[
			'rtsp://h/cam/realmonitor?channel=1&subtype=0/',
			'trackID=0',
			[
				'rtsp://h/cam/realmonitor?channel=1&subtype=0/trackID=0',
				'rtsp://h/cam/realmonitor/trackID=0?channel=1&subtype=0',
				'rtsp://h/cam/trackID=0',
			],
		],
		[
			'rtsps://h/live?token=a/b',
			'stream=0',
			['rtsps://h/live?token=a/b/stream=0', 'rtsps://h/live/stream=0?token=a/b', 'rtsps://h/stream=0'],
		],
	])('of %s and %s', (of, control, urls) => {
		expect(controlUrls(of, control)).toEqual(urls);
	});

	it('never throws', () => {
		fc.assert(fc.property(fc.string(), fc.string(), (of, control) => controlUrls(of, control).length > 0));
	});

	it('refers to Content-Base, Content-Location or the request', () => {
		const headers = (...entries: [string, string][]) => ({
			headers: new Map(entries.map(([name, value]) => [name, [value]])),
		});
		const request = 'rtsp://u:p@h/a';
		expect(baseUrl(headers(['content-location', 'rtsp://h/l'], ['content-base', 'rtsp://h/b/']), request)).toBe(
			'rtsp://h/b/',
		);
		expect(baseUrl(headers(['content-location', 'rtsp://h/l']), request)).toBe('rtsp://h/l');
		expect(baseUrl(headers(['content-base', '/b/']), request)).toBe('rtsp://h/a');
		expect(baseUrl(headers(), request)).toBe('rtsp://h/a');
	});

	it('shows no password', () => {
		expect(withoutCredentials('rtsp://user:p@ss@host/a@b?c@d')).toBe('rtsp://host/a@b?c@d');
		expect(withoutCredentials('rtsp://host/a@b')).toBe('rtsp://host/a@b');
	});
});
