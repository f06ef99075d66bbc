import { describe, expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';
import { ConfigError } from '../../ingest-node/settings/config-error.ts';
import { parseDuration } from '../../ingest-node/settings/kinds.ts';

const readFile = (name: string): Buffer => {
	if (name.endsWith('.pem')) return Buffer.from(name);
	throw new Error('no such file');
};

const problems = (env: Record<string, string>): readonly string[] => {
	try {
		readConfig(env, readFile);
		return [];
	} catch (error) {
		return error instanceof ConfigError ? error.problems : [String(error)];
	}
};

describe('readConfig', () => {
	it('has a default for everything', () => {
		expect(readConfig({}, readFile)).toEqual({
			host: undefined,
			rtmpPort: 1935,
			rtmpsPort: null,
			rtsp: { port: 8554, tlsPort: null, udpPorts: null },
			wsPort: 8080,
			wssPort: null,
			webRtcPort: 8890,
			webRtc: { announcedAddresses: [], bitrate: 2_500_000, codecs: ['h264', 'vp8', 'vp9', 'av1'] },
			sources: expect.objectContaining({ sources: [], idleTimeout: 60_000 }),
			edgeUrl: undefined,
			edgeToken: undefined,
			access: {
				...{ publishToken: undefined, playToken: undefined, streamKeys: [], jwt: undefined, hookUrl: undefined },
				...{ isPlayOpen: false, allowedFailures: 20 },
			},
			turn: { urls: [] },
			controlPort: 8082,
			controlHost: '127.0.0.1',
			operatorToken: undefined,
			logLevel: 'info',
			controlUrl: undefined,
			controlKeys: [],
			workers: 1,
			drainTime: 0,
			store: { s3: undefined, directory: undefined },
			hasOwnStore: false,
			pushInterval: 2000,
			isHistorySwept: true,
			maxConnections: 1000,
			addressLimit: 200,
			isProduction: false,
			tls: undefined,
		});
	});

	it('reads every variable', () => {
		const env = {
			HOST: '192.0.2.1',
			RTMP_PORT: '1936',
			RTMPS_PORT: '443',
			RTSP_PORT: '554',
			RTSP_UDP_PORTS: '20000-20999',
			WS_PORT: '0',
			WEBRTC_PORT: '5000',
			WEBRTC_BITRATE: '4M',
			WEBRTC_CODECS: 'VP8, h264',
			ANNOUNCED_ADDRESS: '203.0.113.1 2001:db8::1',
			EDGE_URL: 'http://127.0.0.1:8081/',
			EDGE_TOKEN: 'edge-token',
			PUBLISH_TOKEN: 'secret',
			PLAY_TOKEN: 'other',
			TURN_URLS: 'turn:turn.example',
			TURN_SECRET: 'north',
			CONTROL_PORT: '0',
			CONTROL_HOST: '10.0.0.1',
			OPERATOR_TOKEN: 'operator'.repeat(4),
			LOG_LEVEL: 'debug',
			CONTROL_URL: 'https://node-1.example/',
			CONTROL_KEY: ` ${'new'.repeat(11)} `,
			CONTROL_KEY_PREVIOUS: 'old'.repeat(11),
			PUSH_INTERVAL: '1m',
			MAX_CONNECTIONS: '5',
			MAX_CONNECTIONS_PER_ADDRESS: '3',
			PRODUCTION: 'no',
			TLS_CERT: 'cert.pem',
			TLS_KEY: 'key.pem',
		};
		expect(readConfig(env, readFile)).toEqual({
			host: '192.0.2.1',
			rtmpPort: 1936,
			rtmpsPort: 443,
			rtsp: { port: 554, tlsPort: 8322, udpPorts: { first: 20_000, last: 20_999 } },
			wsPort: null,
			wssPort: 8443,
			webRtcPort: 5000,
			webRtc: { announcedAddresses: ['203.0.113.1', '2001:db8::1'], bitrate: 4_000_000, codecs: ['vp8', 'h264'] },
			sources: expect.objectContaining({ sources: [], idleTimeout: 60_000 }),
			edgeUrl: 'http://127.0.0.1:8081',
			edgeToken: 'edge-token',
			access: expect.objectContaining({ publishToken: 'secret', playToken: 'other' }),
			turn: { urls: ['turn:turn.example'], secret: 'north' },
			controlPort: null,
			controlHost: '10.0.0.1',
			operatorToken: 'operator'.repeat(4),
			logLevel: 'debug',
			controlUrl: 'https://node-1.example',
			controlKeys: ['new'.repeat(11), 'old'.repeat(11)],
			workers: 1,
			drainTime: 0,
			store: { s3: undefined, directory: undefined },
			hasOwnStore: false,
			pushInterval: 60_000,
			isHistorySwept: true,
			maxConnections: 5,
			addressLimit: 3,
			isProduction: false,
			tls: { cert: Buffer.from('cert.pem'), key: Buffer.from('key.pem') },
		});
		expect(readConfig({ RTMP_PORT: 'auto', CONTROL_PORT: ' ' }, readFile)).toMatchObject({
			rtmpPort: 0,
			controlPort: 8082,
		});
	});

	it('refuses control keys that can be guessed, and does not show them', () => {
		const found = problems({ CONTROL_KEY: 'short-secret', CONTROL_KEY_PREVIOUS: `long secret${'x'.repeat(32)}` });
		expect(found.map((problem) => problem.split(':')[0])).toEqual(['CONTROL_KEY', 'CONTROL_KEY_PREVIOUS']);
		expect(found.join()).not.toMatch(/short-secret|long secret/);
		expect(problems({ CONTROL_KEY_PREVIOUS: 'x'.repeat(32) })).toHaveLength(1);
	});

	it('reports all problems at once', () => {
		const env = {
			RTMP_PORT: '70000',
			WEBRTC_BITRATE: '1k',
			WEBRTC_CODECS: 'h265',
			ANNOUNCED_ADDRESS: 'example.com',
			CONTROL_PORT: '-1',
			RTMPS_PORT: '1937',
			WSS_PORT: '8443',
			RTSPS_PORT: '8322',
			RTSP_UDP_PORTS: '20000',
			EDGE_URL: 'ftp://edge',
			PUSH_INTERVAL: '1',
			MAX_CONNECTIONS: '0',
			CONTROL_URL: 'http://user:pass@x',
		};
		expect(problems(env).map((problem) => problem.split(' ')[0])).toEqual([
			'RTMP_PORT',
			'CONTROL_PORT',
			'MAX_CONNECTIONS',
			'PUSH_INTERVAL',
			'CONTROL_URL',
			'EDGE_URL',
			'ANNOUNCED_ADDRESS',
			'WEBRTC_BITRATE',
			'WEBRTC_CODECS',
			'RTSP_UDP_PORTS',
			'RTMPS_PORT',
			'WSS_PORT',
			'RTSPS_PORT',
		]);
	});

	it('wants certificate and key together', () => {
		expect(problems({ TLS_CERT: 'cert.pem' })).toEqual(['TLS_CERT and TLS_KEY go together: only one of them is set.']);
		expect(problems({ TLS_CERT: 'gone', TLS_KEY: 'key.pem' })).toEqual(['TLS_CERT is "gone": no such file.']);
	});
});

describe('parseDuration', () => {
	it.each([
		['2', 2000],
		['1.5', 1500],
		['1.5s', 1500],
		['1500ms', 1500],
		['1500 ms', 1500],
		['1m', 60_000],
		['1h', 3_600_000],
		['', null],
		['s', null],
		['-1', null],
		['1e3', null],
		['2 weeks', null],
	])('%j is %j', (text, milliseconds) => {
		expect(parseDuration(text)).toBe(milliseconds);
	});

	it('keeps keyframes only when told how long', () => {
		const history = (env: NodeJS.ProcessEnv) => readConfig(env, readFile).history;
		expect(history({ HISTORY_RETENTION: '24h' })).toEqual({ interval: 10_000, retention: 86_400_000 });
		expect(history({ HISTORY_RETENTION: '7d', HISTORY_INTERVAL: '1.5s' })).toEqual({
			...{ interval: 1500, retention: 7 * 86_400_000 },
		});
		expect(readConfig({ HISTORY_RETENTION: '24h' }, readFile).isHistorySwept).toBe(true);
		expect(readConfig({ HISTORY_RETENTION: '24h', HISTORY_SWEEP: 'off' }, readFile).isHistorySwept).toBe(false);
		expect(() => history({ HISTORY_INTERVAL: '5s' })).toThrow('HISTORY_RETENTION');
		expect(() => history({ HISTORY_RETENTION: '30s', HISTORY_INTERVAL: '1m' })).toThrow('shorter');
		expect(() => history({ HISTORY_RETENTION: '5s' })).toThrow('10s to 400d');
		expect(() => history({ HISTORY_RETENTION: '1m', HISTORY_INTERVAL: '500ms' })).toThrow('1s to 1h');
	});
});
