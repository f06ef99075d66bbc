/** Cameras that players name by their URI. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../ingest-node/log.ts';
import { createPlayPull, type PlayPullOptions } from '../../ingest-node/sources/play-pull.ts';
import { loopbackOnly, parsePullRule } from '../../ingest-node/sources/pull-rule.ts';
import { openToAll, tokenAccess } from './support/access.ts';
import { eventually } from './support/eventually.ts';
import { type PullNode, startPullNode } from './support/pull-node.ts';
import { respond, type ScriptedCamera, startScriptedCamera } from './support/scripted-camera.ts';
import { createSignallingBench } from './support/signalling-bench.ts';

const remote = '192.0.2.1:5000';

let node: PullNode;
let camera: ScriptedCamera;

beforeEach(async () => {
	node = startPullNode();
	camera = await startScriptedCamera();
});
afterEach(async () => {
	await node.stop();
	camera.stop();
});

const playPull = (more: Partial<PlayPullOptions> = {}) =>
	createPlayPull({
		sources: node.sources,
		rule: parsePullRule(loopbackOnly) ?? { allows: () => false },
		isRuleGiven: true,
		access: openToAll,
		log: silentLog,
		...more,
	});

describe('a player', () => {
	test('gets the camera that it names, for as long as somebody wants it', async () => {
		await playPull()(camera.uri.replace('//', '//user:p@ss@'), '', remote);
		expect(node.sources.list()).toHaveLength(1);
		expect(node.keyframes(camera.uri)).not.toBeNull();
		await playPull()(camera.uri, '', remote);
		expect(camera.connections()).toBe(1);
		// The idle time of this node is a second.
		await eventually('it is let go', () => node.sources.list().length === 0);
		expect(node.keyframes(camera.uri)).toBeNull();
		await eventually('TEARDOWN', () => camera.methods().includes('TEARDOWN'));
	});

	test('of another name gets nothing here', async () => {
		await playPull()('conference', '', remote);
		await playPull()('http://127.0.0.1/', '', remote);
		expect(node.sources.list()).toEqual([]);
	});

	test('hears of a camera that does not play, and nobody tries it again', async () => {
		const broken = await startScriptedCamera({ DESCRIBE: (request) => respond(request, '404 Not Found') });
		await expect(playPull()(broken.uri, '', remote)).rejects.toThrow('Failed to connect to rtsp stream');
		await eventually('it is forgotten', () => node.sources.list().length === 0);
		expect(broken.connections()).toBe(1);
		broken.stop();
	});

	test.each(['rtsp://192.0.2.1/x', 'rtsp://10.1/x'])('does not get what the rule forbids: %s', async (uri) => {
		await expect(playPull()(uri, '', remote)).rejects.toMatchObject({ code: 'FORBIDDEN' });
	});

	test('gets what is pulled already, and nothing else, where the operator has named no hosts', async () => {
		const strict = playPull({ isRuleGiven: false });
		await expect(strict(camera.uri, '', remote)).rejects.toMatchObject({ code: 'FORBIDDEN' });
		node.pull(camera.uri, { streamName: camera.uri });
		await strict(camera.uri, '', remote);
		expect(node.sources.list()).toHaveLength(1);
	});

	test('has to know the token where there is one', async () => {
		const access = tokenAccess('sesame');
		await expect(playPull({ access })(camera.uri, '', remote)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
		await playPull({ access, isRuleGiven: false })(camera.uri, 'token=sesame', remote);
		expect(node.keyframes(camera.uri)).not.toBeNull();
	});

	test('who may not play has nothing fetched, whoever may have cameras pulled', async () => {
		const access = tokenAccess(undefined, 'sesame');
		expect(access.isClosed('pull')).toBe(false);
		await expect(playPull({ access })(camera.uri, '', remote)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
		await expect(playPull({ access })(camera.uri, 'token=other', remote)).rejects.toMatchObject({
			code: 'UNAUTHORIZED',
		});
		expect(node.sources.list()).toEqual([]);
		expect(camera.connections()).toBe(0);
		await playPull({ access })(camera.uri, 'token=sesame', remote);
		// Nor does it wait for a camera that somebody else has fetched, and learn so that it is there.
		await expect(playPull({ access })(camera.uri, '', remote)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	});
});

test('a WebSDK client is told why', async () => {
	const asked: string[] = [];
	const bench = createSignallingBench({
		fetchStream: async (name, query, remote) => {
			asked.push(`${name} ${query} ${remote}`);
			throw new Error('not ours');
		},
	});
	const client = bench.connect({ query: 'token=t' });
	await client.play('1', 'rtsp://user:secret@cam/x');
	expect(asked).toEqual(['rtsp://user:secret@cam/x token=t 192.0.2.1:5000']);
	const failed = client.heard().find(({ message }) => message === 'notifyStreamStatusEvent');
	expect(failed?.data).toMatchObject({ status: 'FAILED', name: 'rtsp://cam/x', info: 'Failed by error' });
});
