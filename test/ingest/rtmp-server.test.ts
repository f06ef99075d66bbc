/** The RTMP server over real sockets, with the project's own publisher. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createRtmpServer } from '../../ingest-node/servers/rtmp.ts';
import { elementaryStream } from '../../ingest-node/unit.ts';
import { publish, RtmpRefusal } from '../../local/rtmp-publisher.ts';
import { eventually } from './support/eventually.ts';
import { fixture } from './support/fixtures.ts';
import { replayInPortions } from './support/replay.ts';
import { type RtmpNode, startRtmpNode } from './support/rtmp-node.ts';
import { vp8Clip } from './support/vp8-clip.ts';

let node: RtmpNode;
afterEach(() => node.stop());

const source = { codec: 'vp8', accessUnits: vp8Clip(), frameRate: 30 } as const;
const url = (name: string): string => `rtmp://127.0.0.1:${node.port}/live/${name}`;

describe('a stream', () => {
	it('is stored while it lives and ends when the publisher says so', async () => {
		node = await startRtmpNode();
		const publisher = await publish({ url: url('abc'), source, loop: true });
		const object = await eventually('the object', () => node.object('abc'));
		expect(object.info).toMatchObject({ codec: 'vp8', width: 64, height: 48, protocol: 'rtmp' });
		expect(object.body).toEqual(source.accessUnits[0]);
		await eventually('a later keyframe', () => (node.object('abc')?.info.sequence ?? 0) > 2);
		const stoppedAt = performance.now();
		await publisher.stop();
		await eventually('the tombstone', () => node.object('abc')?.info.leaseUntil === 0);
		expect(performance.now() - stoppedAt).toBeLessThan(1000);
		expect(await publisher.closed).toBe('');
		expect(node.log.map(({ event, reason }) => [event, reason])).toEqual([
			['rtmp connection opened', undefined],
			['stream published', undefined],
			['first keyframe stored', undefined],
			['stream ended', 'unpublished'],
			['rtmp connection closed', 'the peer closed the connection'],
		]);
	});

	it('ends when the publisher is killed', async () => {
		node = await startRtmpNode();
		const publisher = await publish({ url: url('abc'), source, loop: true });
		await eventually('the object', () => node.object('abc'));
		publisher.kill();
		await eventually('the tombstone', () => node.object('abc')?.info.leaseUntil === 0, 1000);
	});

	it('of each codec arrives as it was sent', async () => {
		node = await startRtmpNode();
		for (const [file, codec] of [
			['ffmpeg51-aac', 'h264'],
			['ffmpeg81-hevc', 'hevc'],
			['ffmpeg81-vp9', 'vp9'],
			['ffmpeg81-av1', 'av1'],
		] as const) {
			const capture = fixture(`rtmp/${file}.rtmp`);
			const [unit] = replayInPortions(capture, [capture.length]).units;
			const accessUnit = unit === undefined ? new Uint8Array(0) : elementaryStream(unit);
			for (const enhanced of codec === 'h264' ? [false, true] : [true]) {
				const name = `${codec}-${enhanced}`;
				const publisher = await publish({
					url: url(name),
					source: { codec, accessUnits: [accessUnit], frameRate: 10, enhanced },
					loop: true,
				});
				const object = await eventually(name, () => node.object(name)?.info.codec === codec && node.object(name));
				expect(object.info).toMatchObject({ width: 98, height: 66 });
				expect(Buffer.from(object.body).equals(accessUnit)).toBe(true);
				await publisher.stop();
			}
		}
	});

	it('of a name that is live is refused, and the first goes on', async () => {
		node = await startRtmpNode();
		const first = await publish({ url: url('abc?key=secret'), source, loop: true });
		await eventually('the object', () => node.object('abc'));
		const refusal = await publish({ url: url('abc'), source }).catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(RtmpRefusal);
		expect(refusal).toMatchObject({
			code: 'NetStream.Publish.BadName',
			message: 'Stream name is already in use',
		});
		const before = node.object('abc')?.info.sequence ?? 0;
		await eventually('more keyframes', () => (node.object('abc')?.info.sequence ?? 0) > before);
		await first.stop();
		expect(JSON.stringify(node.log)).not.toContain('secret');
	});

	it('takes its name again right after it has ended', async () => {
		node = await startRtmpNode();
		for (let round = 0; round < 3; round += 1) {
			const publisher = await publish({ url: url('abc'), source, loop: true });
			const { session } = node.hub.streams()[0] ?? { session: '' };
			await eventually('its object', () => node.object('abc')?.info.session === session);
			await publisher.stop();
		}
	});

	it('is ended by the node when it stops', async () => {
		node = await startRtmpNode();
		const publisher = await publish({ url: url('abc'), source, loop: true });
		await eventually('the object', () => node.object('abc'));
		await node.stop();
		expect(node.object('abc')?.info.leaseUntil).toBe(0);
		expect(await publisher.closed).toBe('the server closed the connection');
		await eventually('no connection', () => node.server.connections === 0);
	});
});

it('names the port and the variable when a port is taken', async () => {
	node = await startRtmpNode();
	const second = createRtmpServer({ hub: node.hub, clock: systemClock, log: silentLog, maxConnections: 1 });
	await expect(second.listen({ port: node.port, host: '127.0.0.1', variable: 'RTMP_PORT' })).rejects.toThrow(
		`Port ${node.port} is taken by another program. Set RTMP_PORT to another port, or to 0 to do without.`,
	);
	second.close();
});
