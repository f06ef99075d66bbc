import { describe, expect, it } from 'vitest';
import { formatSessionHeader, parseSessionHeader } from '../../../ingest-node/protocols/rtsp/session-header.ts';
import { formatTransport, parseTransports } from '../../../ingest-node/protocols/rtsp/transport.ts';

describe('Transport', () => {
	it.each([
		[
			'ffmpeg over TCP',
			'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record',
			{ lower: 'tcp', interleaved: { rtp: 0, rtcp: 1 }, mode: 'record' },
		],
		[
			'ffmpeg over UDP',
			'RTP/AVP/UDP;unicast;client_port=5000-5001;mode=record',
			{ lower: 'udp', clientPort: { rtp: 5000, rtcp: 5001 }, mode: 'record' },
		],
		['GStreamer over UDP', 'RTP/AVP;unicast;client_port=40000-40001;mode=record', { lower: 'udp', mode: 'record' }],
		['a mode in quotes', 'RTP/AVP;unicast;client_port=1-2;mode="RECORD"', { mode: 'record' }],
		['an old mode', 'RTP/AVP;unicast;mode=receive', { mode: 'record' }],
		['one port', 'RTP/AVP;unicast;client_port=6970', { clientPort: { rtp: 6970, rtcp: 6971 } }],
		[
			'other cases and blanks',
			'rtp/avp/tcp ; UNICAST ; Interleaved = 2 - 3',
			{ lower: 'tcp', interleaved: { rtp: 2, rtcp: 3 } },
		],
		['an answer that forgot the TCP', 'RTP/AVP;unicast;interleaved=0-1', { lower: 'tcp' }],
		[
			'a server',
			'RTP/AVP;unicast;client_port=1-2;server_port=6256-6257;ssrc=0A1B2C3D;source=10.0.0.1',
			{ serverPort: { rtp: 6256, rtcp: 6257 }, ssrc: 0x0a1b2c3d, source: '10.0.0.1' },
		],
		['feedback', 'RTP/AVPF;unicast;client_port=1-2', { profile: 'AVPF' }],
		['multicast', 'RTP/AVP;multicast;destination=224.2.0.1;ttl=127', { isMulticast: true, destination: '224.2.0.1' }],
		[
			'numbers out of range',
			'RTP/AVP;client_port=70000-70001;interleaved=300-301;ssrc=123456789',
			{ clientPort: null, interleaved: null, ssrc: null },
		],
		['port 0', 'RTP/AVP;client_port=0-1', { clientPort: null }],
	])('of %s', (_who, header, expected) => {
		expect(parseTransports(header)).toEqual([expect.objectContaining(expected)]);
	});

	it('lists alternatives, and leaves out what is no RTP', () => {
		const header = 'RAW/RAW/UDP;unicast,RTP/SAVP;unicast,RTP/AVP;mode="PLAY,RECORD",RTP/AVP/TCP;interleaved=0-1,,;';
		expect(parseTransports(header).map(({ lower, mode }) => [lower, mode])).toEqual([
			['udp', 'record'],
			['tcp', 'play'],
		]);
		expect(parseTransports('RTP/AVP,'.repeat(1000)).length).toBeLessThan(20);
	});

	it('is written as it is read', () => {
		const header = 'RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001;ssrc=0000ABCD;mode=record';
		expect(parseTransports(header).map(formatTransport)).toEqual([header]);
		expect(formatTransport({ lower: 'tcp', interleaved: { rtp: 0, rtcp: 1 } })).toBe(
			'RTP/AVP/TCP;unicast;interleaved=0-1',
		);
	});
});

describe('Session', () => {
	it.each([
		['12345678', { id: '12345678', timeout: 60 }],
		['abc-_$.+;timeout=30', { id: 'abc-_$.+', timeout: 30 }],
		[' 77 ; timeout = 5 ', { id: '77', timeout: 5 }],
		['77;Timeout=0', { id: '77', timeout: 60 }],
		['77;timeout=99999999', { id: '77', timeout: 60 }],
		['', null],
		['a b', null],
		['x'.repeat(300), null],
	])('%j', (value, expected) => {
		expect(parseSessionHeader(value)).toEqual(expected);
	});

	it('is written as it is read', () => {
		expect(parseSessionHeader(formatSessionHeader({ id: 'q', timeout: 20 }))).toEqual({ id: 'q', timeout: 20 });
	});
});
