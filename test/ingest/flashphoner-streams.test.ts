/** Publishers and players of the signalling, with media and time in the test's hands. */
import { describe, expect, it } from 'vitest';
import { LivestillError } from '../../src/shared/errors.ts';
import { createSignallingBench } from './support/signalling-bench.ts';

describe('a publisher', () => {
	it('gets its answer, PUBLISHING when the media is connected, and UNPUBLISHED when it stops', async () => {
		const bench = createSignallingBench({ connectAtOnce: false });
		const client = bench.connect();
		client.heard();
		await client.publish('1', 'abc', { hasVideo: true, hasAudio: false });
		expect(client.heard()).toEqual([
			expect.objectContaining({ message: 'setRemoteSDP', all: ['1', 'answer to offer of 1'] }),
		]);
		bench.engine.sessions[0]?.connect();
		await bench.clock.advance(0);
		expect(client.heard()).toEqual([
			expect.objectContaining({
				message: 'notifyStreamStatusEvent',
				data: expect.objectContaining({
					mediaSessionId: '1',
					name: 'abc',
					status: 'PUBLISHING',
					published: true,
					hasVideo: true,
					hasAudio: false,
				}),
			}),
		]);
		await client.tell('unPublishStream', { mediaSessionId: '1', name: 'abc' });
		expect(client.statuses()).toEqual([['1', 'UNPUBLISHED', 'Stopped by user']]);
		expect(bench.engine.sessions[0]?.closedWith).toBe('Stopped by user');
		expect(bench.engine.isPublished('abc')).toBe(false);
		await bench.clock.advance(60_000);
		expect(client.statuses()).toEqual([]);
	});

	it('and a player hear why their streams end with the node', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		await client.publish('1', 'abc');
		await client.play('2', 'abc');
		client.heard();
		client.connection.fail('the ingest node is shutting down');
		// The player's own end comes of that of its publisher.
		expect(client.statuses()).toEqual([
			['2', 'FAILED', 'Stopped by publisher stop'],
			['1', 'FAILED', 'the ingest node is shutting down'],
		]);
		expect(bench.engine.isPublished('abc')).toBe(false);
	});

	it('is PUBLISHING when a snapshot can be taken, or when the store has had two seconds', async () => {
		for (const storedAfter of [450, 10_000]) {
			let isStored = false;
			const bench = createSignallingBench({ isStored: () => isStored });
			bench.clock.after(storedAfter, () => {
				isStored = true;
			});
			const client = bench.connect();
			await client.publish('1', 'abc');
			const expected = Math.min(storedAfter, 2000);
			await bench.clock.advance(expected - 10);
			expect(client.statuses()).toEqual([]);
			await bench.clock.advance(30);
			expect(client.statuses()).toEqual([['1', 'PUBLISHING', undefined]]);
		}
	});

	it('of a name that is taken hears the text that pages know', async () => {
		const bench = createSignallingBench();
		await bench.connect().publish('1', 'abc');
		const second = bench.connect();
		await second.publish('2', 'abc');
		expect(second.statuses()).toEqual([['2', 'FAILED', 'Stream name is already in use']]);
	});

	it('fails with a reason, whatever is wrong', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		const cases: [object, string][] = [
			[{ name: '' }, 'stream name is empty'],
			[{ name: 7 }, 'stream name is not a string'],
			[{ name: 'rtsp://camera/1' }, 'Bad URI'],
			[{ name: 'a'.repeat(201) }, 'stream name has 201 characters, at most 200 are allowed'],
			[{ mediaProvider: 'MSE' }, 'Only the media provider WebRTC is supported'],
			[{ sdp: undefined }, 'No SDP offer, or a too long one'],
			[{ sdp: 'x'.repeat(100_001) }, 'No SDP offer, or a too long one'],
		];
		for (const [fields, info] of cases) {
			await client.publish('1', 'abc', fields);
			expect(client.statuses()).toEqual([['1', 'FAILED', info]]);
		}
		bench.engine.refuseNext = new LivestillError('INVALID_PARAMETER', 'the SDP has no video');
		await client.publish('1', 'abc');
		expect(client.statuses()).toEqual([['1', 'FAILED', 'the SDP has no video']]);
		expect(bench.faults).toEqual([]);
		bench.engine.refuseNext = new TypeError('secret detail');
		await client.publish('1', 'abc');
		expect(client.statuses()).toEqual([['1', 'FAILED', 'Failed by error']]);
		expect(bench.faults).toEqual([expect.any(TypeError)]);
		expect(bench.engine.sessions).toEqual([]);
		expect(client.connection.streams).toBe(0);
	});

	it('does not stay pending: neither without a connection nor without an answer', async () => {
		const bench = createSignallingBench({ connectAtOnce: false });
		const client = bench.connect();
		await client.publish('1', 'abc');
		const { promise, resolve } = Promise.withResolvers<void>();
		bench.engine.hold = promise;
		await client.publish('2', 'abcd');
		client.heard();
		await bench.clock.advance(14_999);
		expect(client.statuses()).toEqual([]);
		await bench.clock.advance(1);
		expect(client.statuses()).toEqual([
			['1', 'FAILED', 'Failed by ICE timeout'],
			['2', 'FAILED', 'Failed by ICE timeout'],
		]);
		resolve();
		await bench.clock.advance(0);
		expect(bench.engine.sessions.map(({ closedWith }) => closedWith)).toEqual([
			'Failed by ICE timeout',
			'Failed by ICE timeout',
		]);
		expect(client.heard()).toEqual([]);
	});

	it('whose media does not connect fails with its reason', async () => {
		const bench = createSignallingBench({ connectAtOnce: false });
		const client = bench.connect();
		await client.publish('1', 'abc');
		bench.engine.sessions[0]?.failToConnect(new LivestillError('PROTOCOL_VIOLATION', 'Failed by DTLS error'));
		await bench.clock.advance(0);
		expect(client.statuses()).toEqual([['1', 'FAILED', 'Failed by DTLS error']]);
	});

	it('that stops is UNPUBLISHED, also when its media has gone a moment before', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		await client.publish('1', 'abc');
		client.heard();
		bench.engine.sessions[0]?.die('Failed by DTLS error');
		await bench.clock.advance(200);
		await client.tell('unPublishStream', { mediaSessionId: '1', name: 'abc' });
		await bench.clock.advance(1000);
		expect(client.statuses()).toEqual([['1', 'UNPUBLISHED', 'Stopped by user']]);
	});

	it('whose media dies fails with the reason', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		await client.publish('1', 'abc');
		client.heard();
		bench.engine.sessions[0]?.die('Failed by RTP activity');
		await bench.clock.advance(299);
		expect(client.statuses()).toEqual([]);
		await bench.clock.advance(1);
		expect(client.statuses()).toEqual([['1', 'FAILED', 'Failed by RTP activity']]);
	});

	it('frees its name when its client is gone, also while it is pending', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		await client.publish('1', 'abc');
		const { promise, resolve } = Promise.withResolvers<void>();
		bench.engine.hold = promise;
		await client.publish('2', 'abcd');
		client.heard();
		client.connection.end('Stopped by session disconnect');
		resolve();
		await bench.clock.advance(0);
		expect(bench.engine.isPublished('abc')).toBe(false);
		expect(bench.engine.isPublished('abcd')).toBe(false);
		await bench.clock.advance(60_000);
		expect(client.heard()).toEqual([]);
		expect(bench.clock.pendingTimers).toBe(0);
	});

	it('cannot use an id twice, nor stop what is not its own', async () => {
		const bench = createSignallingBench();
		const [client, other] = [bench.connect(), bench.connect()];
		await client.publish('1', 'abc');
		client.heard();
		await client.publish('1', 'abcd');
		expect(client.heard()).toEqual([
			expect.objectContaining({
				message: 'fail',
				data: { apiMethod: 'publishStream', status: 'FAILED', info: 'MediaSessionId is already in use' },
			}),
		]);
		await other.tell('unPublishStream', { mediaSessionId: '1', name: 'abc' });
		expect(other.statuses()).toEqual([['1', 'UNPUBLISHED', 'Stopped by user']]);
		expect(bench.engine.isPublished('abc')).toBe(true);
		await client.publish('', 'abcd');
		await client.publish('x'.repeat(101), 'abcd');
		expect(client.heard().map(({ data }) => data.info)).toEqual(['MediaSessionId is null', 'MediaSessionId is null']);
	});

	it('may have 64 streams on a connection', async () => {
		const client = createSignallingBench().connect();
		for (let count = 0; count < 65; count += 1) await client.publish(`id${count}`, `name${count}`);
		expect(client.statuses().at(-1)).toEqual(['id64', 'FAILED', 'More than 64 streams on one connection']);
	});

	it('hands on what it has shown to be let in', async () => {
		const bench = createSignallingBench();
		const client = bench.connect({ query: 'room=1', hello: false });
		await client.tell('connection', { custom: { token: 'first' } });
		await client.publish('1', 'abc');
		await client.publish('2', 'abcd', { custom: { token: 'a b' } });
		expect(bench.engine.sessions.map(({ request }) => request.query)).toEqual([
			'room=1&token=first',
			'room=1&token=a+b',
		]);
	});
});

describe('a player', () => {
	const playing = async () => {
		const bench = createSignallingBench();
		const [publisher, player] = [bench.connect(), bench.connect()];
		await publisher.publish('1', 'abc');
		await player.play('2', 'abc');
		publisher.heard();
		return { ...bench, publisher, player };
	};

	it('plays until it stops', async () => {
		const { player, engine } = await playing();
		expect(player.statuses()).toEqual([['2', 'PLAYING', undefined]]);
		await player.tell('stopStream', { mediaSessionId: '2', name: 'abc' });
		expect(player.statuses()).toEqual([['2', 'STOPPED', 'Stopped by user']]);
		expect(engine.sessions.map(({ closedWith }) => closedWith)).toEqual([null, 'Stopped by user']);
	});

	it('of a stream that is not there hears the text that pages know', async () => {
		const client = createSignallingBench().connect();
		await client.play('1', 'abc');
		expect(client.statuses()).toEqual([['1', 'FAILED', 'Session does not exist']]);
	});

	it('of a codec that it does not take is told so', async () => {
		const bench = createSignallingBench();
		const client = bench.connect();
		bench.engine.refuseNext = new LivestillError('UNSUPPORTED_CODEC', 'No common codecs: the stream is vp8');
		await client.play('1', 'abc');
		expect(client.statuses()).toEqual([['1', 'FAILED', 'No common codecs']]);
		bench.engine.refuseNext = new LivestillError('UNSUPPORTED_CODEC', 'The stream has B-frames');
		await client.play('2', 'abc');
		expect(client.statuses()).toEqual([['2', 'FAILED', 'The stream has B-frames']]);
	});

	it('is told at once when the publisher stops, or is gone', async () => {
		for (const leave of ['stop', 'disconnect']) {
			const { publisher, player } = await playing();
			player.heard();
			if (leave === 'stop') await publisher.tell('unPublishStream', { mediaSessionId: '1', name: 'abc' });
			else publisher.connection.end('Stopped by session disconnect');
			expect(player.statuses()).toEqual([['2', 'FAILED', 'Stopped by publisher stop']]);
		}
	});

	it('is told when a publisher of another protocol has gone', async () => {
		const { engine, clock, player } = await playing();
		player.heard();
		await engine.publish({ name: 'rtmp' as never, offer: '', remote: '', query: '' });
		await player.play('3', 'rtmp');
		player.heard();
		engine.sessions[2]?.die('unpublished');
		engine.sessions[3]?.die('the stream has ended');
		await clock.advance(300);
		expect(player.statuses()).toEqual([['3', 'FAILED', 'Stopped by publisher stop']]);
	});

	it('hears the size of the video, and when it changes', async () => {
		const { engine, clock, player } = await playing();
		player.heard();
		const media = engine.sessions[1];
		if (media === undefined) throw new Error('no player');
		const sizes: unknown[] = [];
		for (const size of [null, { width: 640, height: 480 }, { width: 640, height: 480 }, { width: 480, height: 640 }]) {
			media.videoSize = size;
			await clock.advance(5000);
			player.connection.checkTime();
			sizes.push(player.heard().filter(({ message }) => message !== 'ping'));
			await player.tell('pong');
		}
		const heard = (width: number, height: number) => [
			expect.objectContaining({
				message: 'notifyVideoFormat',
				data: { mediaSessionId: '2', status: 'RESIZE', streamerVideoWidth: width, streamerVideoHeight: height },
			}),
			expect.objectContaining({
				message: 'notifyStreamEvent',
				data: {
					mediaSessionId: '2',
					type: 'resize',
					payload: { streamerVideoWidth: width, streamerVideoHeight: height },
				},
			}),
		];
		expect(sizes).toEqual([[], heard(640, 480), [], heard(480, 640)]);
	});

	it('hears the events of its publisher under its own id, and nobody else does', async () => {
		const { publisher, player, connect } = await playing();
		const stranger = connect();
		await stranger.publish('9', 'other');
		for (const client of [publisher, player, stranger]) client.heard();
		await publisher.tell('sendStreamEvent', { mediaSessionId: '1', type: 'data', payload: { count: 23 } });
		await publisher.tell('sendStreamEvent', { mediaSessionId: '1', type: 'audioMuted' });
		expect(player.heard().map(({ message, data }) => [message, data])).toEqual([
			['notifyStreamEvent', { mediaSessionId: '2', type: 'data', payload: { count: 23 } }],
			['notifyStreamEvent', { mediaSessionId: '2', type: 'audioMuted' }],
		]);
		expect(publisher.heard()).toEqual([]);
		expect(stranger.heard()).toEqual([]);
		await stranger.play('8', 'abc');
		expect(stranger.heard().at(-1)?.data).toMatchObject({ audioState: { muted: true }, videoState: { muted: false } });
	});

	it('sends no events in the name of a publisher', async () => {
		const { publisher, player } = await playing();
		player.heard();
		await player.tell('sendStreamEvent', { mediaSessionId: '1', type: 'data', payload: 1 });
		await publisher.tell('sendStreamEvent', { mediaSessionId: '1', type: 'data', payload: 'x'.repeat(65_536) });
		expect(player.heard().map(({ data }) => data.info)).toEqual(['Stream not found']);
		expect(publisher.heard().map(({ data }) => data.info)).toEqual(['The payload is longer than 65536 characters']);
	});
});
