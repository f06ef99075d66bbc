import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientAuth } from '../../../ingest-node/protocols/rtsp/auth/client-auth.ts';
import type { Proof } from '../../../ingest-node/protocols/rtsp/auth/server-auth.ts';
import {
	type HeaderLines,
	headerOf,
	type RtspMessage,
	type RtspRequest,
	type RtspResponse,
	writeRequest,
} from '../../../ingest-node/protocols/rtsp/message.ts';
import { createPushSession } from '../../../ingest-node/protocols/rtsp/push-session.ts';
import { pushTarget } from '../../../ingest-node/protocols/rtsp/push-target.ts';
import { createRtspReader } from '../../../ingest-node/protocols/rtsp/reader.ts';
import { createRtpPlayable } from '../../../ingest-node/protocols/webrtc/rtp-playable.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { announcement, createLoop } from '../support/rtsp-publisher.ts';

const url = 'rtsp://u:p@h:8554/live/a?token=t';

const only = <T extends RtspMessage>(bytes: Uint8Array): T => [...createRtspReader().read(bytes)][0] as T;

interface BenchOptions {
	readonly refuse?: (proof: Proof | null) => LivestillError | null;
	readonly hasUdp?: boolean;
}

const startBench = ({ refuse = () => null, hasUdp = true }: BenchOptions = {}) => {
	const events: string[] = [];
	const sent: Uint8Array[] = [];
	const faults: unknown[] = [];
	let ids = 0;
	let keyframes = 0;
	const clock = createFakeClock();
	const session = createPushSession(
		{
			clock,
			createId: () => {
				ids += 1;
				return `id${ids}`;
			},
			send: (bytes) => sent.push(bytes),
			publish: async ({ name, query }, proof) => {
				const refusal = refuse(proof);
				if (refusal !== null) throw refusal;
				events.push(`publish ${name} ${query}`);
				return {
					deliver: () => {
						keyframes += 1;
					},
					discard: (reason) => events.push(`discard ${reason}`),
					playable: createRtpPlayable(clock),
					end: (reason) => events.push(`end ${reason}`),
				};
			},
			openUdp: hasUdp
				? async ({ clientPort }) => {
						events.push(`udp ${clientPort.rtp}`);
						return { ports: { rtp: 6000, rtcp: 6001 }, send: () => {}, close: () => events.push('udp closed') };
					}
				: null,
			onFault: (error) => faults.push(error),
		},
		() => 0.5,
	);
	let sequence = 0;
	const ask = async (method: string, to = url, headers: HeaderLines = [], body?: Uint8Array): Promise<RtspResponse> => {
		sequence += 1;
		const request = only<RtspRequest>(writeRequest(method, to, [['CSeq', String(sequence)], ...headers], body));
		const response = only<RtspResponse>(await session.answer(request));
		expect(headerOf(response, 'cseq')).toBe(String(sequence));
		return response;
	};
	const announce = (headers: HeaderLines = [], to = url): Promise<RtspResponse> =>
		ask('ANNOUNCE', to, [['Content-Type', 'application/sdp'], ...headers], announcement());
	const setUp = (transport: string, track = '/streamid=0', headers: HeaderLines = []): Promise<RtspResponse> =>
		ask('SETUP', `${url}${track}`, [['Transport', transport], ...headers]);
	return { session, clock, events, sent, faults, ask, announce, setUp, keyframes: () => keyframes };
};

const tcp = 'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record';
const udp = 'RTP/AVP;unicast;client_port=5000-5001;mode=record';
const statusOf = async (answer: Promise<RtspResponse>): Promise<[number, string]> => {
	const { status, reason } = await answer;
	return [status, reason];
};

describe('a publisher', () => {
	it('is asked to leave for the URL that it came with, credentials and all', async () => {
		const bench = startBench();
		expect(bench.session.redirect()).toBeNull();
		await bench.announce();
		const redirect = only<RtspRequest>(bench.session.redirect() ?? new Uint8Array());
		expect([redirect.method, redirect.url, headerOf(redirect, 'location')]).toEqual(['REDIRECT', url, url]);
		expect(headerOf(redirect, 'session')).toBe('id1');
	});

	it('announces, sets up, records and leaves', async () => {
		const bench = startBench();
		expect(headerOf(await bench.ask('OPTIONS', '*'), 'public')).toContain('ANNOUNCE, SETUP, RECORD');
		expect(headerOf(await bench.announce(), 'session')).toBe('id1;timeout=60');
		expect(bench.session.phase).toBe('announced');
		const setup = await bench.setUp(tcp);
		expect(headerOf(setup, 'transport')).toBe('RTP/AVP/TCP;unicast;interleaved=0-1;mode=record');
		expect((await bench.ask('RECORD', url, [['Session', 'id1']])).status).toBe(200);
		const next = createLoop();
		for (let n = 0; n < 60; n += 1) bench.session.receive({ kind: 'interleaved', channel: 0, data: next() });
		expect(bench.keyframes()).toBeGreaterThan(1);
		bench.session.report();
		expect(bench.sent[0]?.subarray(0, 2)).toEqual(Uint8Array.of(0x24, 1));
		expect((await bench.ask('GET_PARAMETER', url, [['Session', 'id1']])).status).toBe(200);
		expect((await bench.ask('TEARDOWN', url, [['Session', 'id1']])).status).toBe(200);
		expect(bench.session.phase).toBe('idle');
		expect(bench.events).toEqual(['publish a token=t', 'end torn down']);
		expect((await bench.announce()).status).toBe(200);
	});

	it('may have its sound, its video and its transports in any order', async () => {
		const bench = startBench();
		await bench.announce();
		expect(headerOf(await bench.setUp(udp, '/streamid=1'), 'transport')).toBe(
			'RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001;mode=record',
		);
		// Channels that are taken are not given twice, and the first transport that can be had is taken.
		const choice = `RTP/AVP;multicast,RTP/AVP,${tcp}`;
		expect(headerOf(await bench.setUp(choice), 'transport')).toContain('interleaved=0-1');
		expect((await bench.ask('RECORD')).status).toBe(200);
		bench.session.end('over');
		expect([...bench.events].sort()).toEqual(['end over', 'publish a token=t', 'udp 5000', 'udp closed']);
	});

	it('may name its track in the ways that clients do', async () => {
		for (const track of [
			'rtsp://h/live/a?token=t/streamid=0',
			'rtsp://h/live/a/streamid=0?token=t',
			'rtsp://h/live/streamid=0',
		]) {
			const bench = startBench();
			await bench.announce();
			expect((await bench.ask('SETUP', track, [['Transport', tcp]])).status).toBe(200);
		}
	});

	it('may pause', async () => {
		const bench = startBench();
		await bench.announce();
		await bench.setUp(tcp);
		await bench.ask('RECORD');
		expect((await bench.ask('PAUSE')).status).toBe(200);
		const next = createLoop();
		for (let n = 0; n < 60; n += 1) bench.session.receive({ kind: 'interleaved', channel: 0, data: next() });
		expect(bench.keyframes()).toBe(0);
		expect((await bench.ask('RECORD')).status).toBe(200);
		for (let n = 0; n < 60; n += 1) bench.session.receive({ kind: 'interleaved', channel: 0, data: next() });
		expect(bench.keyframes()).toBeGreaterThan(0);
	});

	it('is told when its session has left before it was let in', async () => {
		let letIn = (): void => {};
		const gate = new Promise<void>((resolve) => {
			letIn = resolve;
		});
		const bench = startBench();
		const slow = createPushSession(
			{
				...{ clock: bench.clock, createId: () => 'x', send: () => {}, openUdp: null, onFault: () => {} },
				publish: async () => {
					await gate;
					const playable = createRtpPlayable(bench.clock);
					const end = (reason: string) => bench.events.push(`end ${reason}`);
					return { deliver: () => {}, discard: () => {}, playable, end };
				},
			},
			() => 0,
		);
		const request = only<RtspRequest>(writeRequest('ANNOUNCE', url, [['CSeq', '1']], announcement()));
		const answer = slow.answer(request);
		slow.end('the connection was closed');
		letIn();
		expect(only<RtspResponse>(await answer).status).toBe(503);
		expect(bench.events).toEqual(['end the peer left']);
		expect(slow.phase).toBe('idle');
	});
});

describe('a request is refused', () => {
	it.each([
		['DESCRIBE', [405, 'Nothing is played over RTSP here']],
		['PLAY', [405, 'Nothing is played over RTSP here']],
		['REDIRECT', [501, 'Not Implemented']],
		['SETUP', [455, 'Nothing was announced']],
		['RECORD', [455, 'Nothing was announced']],
		['TEARDOWN', [455, 'Nothing was announced']],
	])('%s from the start', async (method, expected) => {
		const response = await startBench().ask(method);
		expect([response.status, response.reason]).toEqual(expected);
		if (response.status === 405) expect(headerOf(response, 'allow')).toContain('ANNOUNCE');
	});

	it('when it is ill-formed', async () => {
		const { session, ask, announce } = startBench();
		const without = only<RtspRequest>(writeRequest('OPTIONS', '*', []));
		expect(only<RtspResponse>(await session.answer(without))).toMatchObject({ status: 400, reason: 'CSeq is missing' });
		expect(
			only<RtspResponse>(await session.answer({ ...without, version: '2.0', headers: new Map([['cseq', ['1']]]) }))
				.status,
		).toBe(505);
		expect(await statusOf(ask('OPTIONS', '*', [['Require', 'play.scale']]))).toEqual([551, 'Option Not Supported']);
		expect((await ask('ANNOUNCE', url, [['Content-Type', 'text/plain']], announcement())).status).toBe(415);
		expect((await ask('ANNOUNCE', url, [], new TextEncoder().encode('hello'))).status).toBe(400);
		expect(await statusOf(ask('ANNOUNCE', url, [], announcement('a=rtpmap:96 MP4V-ES/90000')))).toEqual([
			415,
			'No video that can be taken: mp4v-es opus',
		]);
		for (const bad of ['rtsp://h/', 'rtsp://h/live/../a', 'rtsp://h/live/%00', 'rtsp://h/live/%zz'])
			expect([(await announce([], bad)).status, bad]).toEqual([400, bad]);
	});

	it('when it is not its turn', async () => {
		const { ask, announce, setUp } = startBench({ hasUdp: false });
		await announce();
		expect((await announce()).status).toBe(455);
		expect(await statusOf(ask('RECORD'))).toEqual([455, 'The video track is not set up']);
		expect((await setUp(udp)).status).toBe(461);
		expect((await setUp('RAW/RAW/UDP;unicast')).status).toBe(461);
		expect((await setUp(tcp, '/streamid=7')).status).toBe(404);
		expect((await setUp(tcp, '/streamid=0', [['Session', 'other']])).status).toBe(454);
		expect((await setUp(tcp)).status).toBe(200);
		expect((await setUp(tcp)).status).toBe(455);
		expect((await ask('RECORD', url, [['Session', 'other']])).status).toBe(454);
		expect((await ask('RECORD')).status).toBe(200);
		expect((await setUp(tcp, '/streamid=1')).status).toBe(455);
		expect((await ask('SET_PARAMETER', url, [], new TextEncoder().encode('a: b'))).status).toBe(451);
	});

	it.each([
		['STREAM_NAME_IN_USE', 403, 'why not'],
		['STORE_UNAVAILABLE', 503, 'why not'],
		['INTERNAL', 500, 'Internal Server Error'],
	] as const)('for %s', async (code, status, reason) => {
		const { announce, session } = startBench({ refuse: () => new LivestillError(code, 'why not') });
		expect(await statusOf(announce())).toEqual([status, reason]);
		expect(session.phase).toBe('idle');
	});

	it('and a fault of ours is not told', async () => {
		const broken = startBench({
			refuse: () => {
				throw new TypeError('secret detail');
			},
		});
		expect(await statusOf(broken.announce())).toEqual([500, 'Internal Server Error']);
		expect(broken.faults).toHaveLength(1);
		expect((await broken.ask('OPTIONS')).status).toBe(200);
	});
});

describe('a password', () => {
	const refuse = (proof: Proof | null) => (proof?.('secret') ? null : new LivestillError('UNAUTHORIZED', 'no'));

	it('is asked for in all ways, and let in when it is right', async () => {
		const { announce } = startBench({ refuse });
		const question = await announce();
		expect(question.status).toBe(401);
		const challenges = question.headers.get('www-authenticate') ?? [];
		expect(challenges.map((challenge) => challenge.split(' ')[0])).toEqual(['Digest', 'Digest', 'Basic']);
		for (const [at, challenge] of challenges.entries()) {
			const bench = startBench({ refuse });
			const offered = (await bench.announce()).headers.get('www-authenticate') ?? [];
			const client = createClientAuth({ username: 'anybody', password: 'secret' }, () => 'cnonce');
			client.challenge([offered[at] ?? challenge]);
			const header = client.authorization('ANNOUNCE', url) ?? '';
			expect((await bench.announce([['Authorization', header]])).status).toBe(200);
		}
	});

	it('that is wrong ends the connection in the end', async () => {
		const { announce, session } = startBench({ refuse });
		for (let attempt = 1; attempt <= 5; attempt += 1) {
			expect(session.verdict).toBeNull();
			expect((await announce([['Authorization', `Basic ${btoa(`u:wrong${attempt}`)}`]])).status).toBe(401);
		}
		expect(session.verdict).toBe('too many wrong passwords');
	});
});

it('limits what comes before a recording', async () => {
	const { session } = startBench();
	const frame = { kind: 'interleaved', channel: 0, data: new Uint8Array(4) } as const;
	for (let n = 0; n < 100; n += 1) session.receive(frame);
	expect(() => session.receive(frame)).toThrow(LivestillError);
});

it.each([
	['rtsp://h/live/abc', 'abc', ''],
	['rtsp://h:8554/abc?token=x/y', 'abc', 'token=x/y'],
	['rtsp://h/live/abc/', 'abc', ''],
	['rtsp://h/studio/one', 'studio/one', ''],
	['rtsp://h/live/a/b', 'a/b', ''],
	['RTSPS://u:p@[::1]:8322/live/caf%C3%A9', 'café', ''],
	['/live/abc', 'abc', ''],
])('%s is stream %s', (announced, name, query) => {
	expect(pushTarget(announced)).toEqual({ name, query });
});

it('answers every sequence of requests and survives it', async () => {
	const headers = fc.array(
		fc.constantFrom<readonly [string, string]>(
			['Session', 'id1'],
			['Session', 'x'],
			['Transport', tcp],
			['Transport', udp],
			['Transport', ';;,='],
			['Authorization', 'Digest username="a'],
			['Content-Type', 'application/sdp'],
		),
		{ maxLength: 3 },
	);
	const method = fc.constantFrom(
		'OPTIONS',
		'ANNOUNCE',
		'SETUP',
		'RECORD',
		'PAUSE',
		'TEARDOWN',
		'GET_PARAMETER',
		'PLAY',
		'X',
	);
	const target = fc.constantFrom(url, `${url}/streamid=0`, `${url}/streamid=1`, '*', 'rtsp://', '%', '/');
	const body = fc.oneof(fc.constant(announcement()), fc.uint8Array({ maxLength: 40 }));
	const frames = fc.array(fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 60 })), { maxLength: 5 });
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(method, target, headers, body, frames), { maxLength: 12 }), async (steps) => {
			const { session, ask, faults } = startBench();
			for (const [verb, to, lines, bytes, media] of steps) {
				const { status } = await ask(verb, to, lines, bytes);
				expect(status).toBeGreaterThanOrEqual(200);
				for (const [channel, data] of media) session.receive({ kind: 'interleaved', channel, data });
				session.report();
			}
			session.end('over');
			expect(session.phase).toBe('idle');
			expect(faults).toEqual([]);
		}),
		{ numRuns: 150 },
	);
});
