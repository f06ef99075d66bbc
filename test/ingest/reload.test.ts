/** Keys and cameras change while the node runs: all of a new configuration, or nothing of it. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needRestart } from '../../ingest-node/reload/reloadable.ts';
import { filesOf } from '../../ingest-node/reload/setting-files.ts';
import { sourceChanges } from '../../ingest-node/reload/source-changes.ts';
import { createFileWatch } from '../../ingest-node/reload/watch-files.ts';
import { parseSourceSettings } from '../../ingest-node/sources/source-settings.ts';
import { publish } from '../../local/rtmp-publisher.ts';
import { eventually } from './support/eventually.ts';
import { type MainNode, startMainNode } from './support/main-node.ts';
import { type ScriptedCamera, startScriptedCamera } from './support/scripted-camera.ts';
import { vp8Clip } from './support/vp8-clip.ts';

const source = { codec: 'vp8', accessUnits: vp8Clip(), frameRate: 30 } as const;

describe('changes of sources', () => {
	const settings = (uri: string, more: object = {}) => parseSourceSettings({ uri, ...more }, true);
	const [a, b] = [settings('rtsp://u:p@cam/a'), settings('rtsp://cam/b')];

	it('are what is gone, what is new, and what is different', () => {
		const password = settings('rtsp://u:other@cam/a');
		const demand = settings('rtsp://cam/b', { onDemand: true });
		const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
		const of = (before: (typeof a)[], after: (typeof a)[]) => {
			const { remove, add, problems } = sourceChanges(
				before,
				after,
				before.map((each) => ({ settings: each })),
			);
			return [names(remove), names(add), problems];
		};
		expect(of([a, b], [settings('rtsp://u:p@cam/a'), b])).toEqual([[], [], []]);
		expect(of([a], [b])).toEqual([[a.name], [b.name], []]);
		expect(of([a, b], [password, b])).toEqual([[a.name], [a.name], []]);
		expect(of([b], [demand])).toEqual([[b.name], [b.name], []]);
		expect(of([a, b], [])).toEqual([[a.name, b.name], [], []]);
	});

	it('are refused where a caller has that name, without its password', () => {
		const { problems } = sourceChanges([], [a], [{ settings: settings('rtsp://x:marker@cam/a') }]);
		expect(problems).toHaveLength(1);
		expect(problems[0]).not.toMatch(/marker|u:p/);
	});
});

it('what needs a restart is named', () => {
	const before = { RTMP_PORT: '1935', PUBLISH_TOKEN: 'a', LOG_LEVEL: 'info', HOME: '/a' };
	expect(needRestart(before, { RTMP_PORT: '1936', PUBLISH_TOKEN: 'b', LOG_LEVEL: ' info', HOME: '/b' })).toEqual([
		'RTMP_PORT',
	]);
	expect(filesOf({ STREAM_KEYS: '/etc/keys.yaml', RTSP_SOURCES: '["rtsp://cam/a"]' }, '/etc/node.yaml')).toEqual([
		...['/etc/node.yaml', '/etc/keys.yaml'],
	]);
});

let folder: string;
let camera: ScriptedCamera;
const nodes: MainNode[] = [];
beforeEach(async () => {
	[folder, camera] = await Promise.all([mkdtemp(join(tmpdir(), 'livestill-test-')), startScriptedCamera()]);
});
afterEach(async () => {
	for (const node of nodes.splice(0)) await node.stop();
	camera.stop();
	await rm(folder, { recursive: true, force: true });
});

it('files are watched, also when they are replaced or away for a while', async () => {
	const file = join(folder, 'keys');
	await writeFile(file, 'a');
	const seen: string[] = [];
	const other = join(folder, 'other');
	const files = createFileWatch((name) => seen.push(name), 50);
	files.watch([file]);
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(seen).toEqual([]);
	await writeFile(`${file}.new`, 'b');
	await rename(`${file}.new`, file);
	await eventually('the first change', () => seen.length === 1);
	await rm(file);
	await new Promise((resolve) => setTimeout(resolve, 200));
	await writeFile(file, 'c');
	await eventually('the second change', () => seen.length === 2);
	await writeFile(other, 'a');
	files.watch([other]);
	await new Promise((resolve) => setTimeout(resolve, 200));
	await writeFile(file, 'dd');
	await writeFile(other, 'bb');
	await eventually('a change of the other one', () => seen.includes(other));
	expect(seen).toEqual([file, file, other]);
	files.watch([]);
});

const start = async (lines: readonly string[], env: Readonly<Record<string, string>> = {}) => {
	const file = join(folder, 'node.yaml');
	const write = async (text: readonly string[]): Promise<void> => {
		await writeFile(`${file}.new`, `${text.join('\n')}\n`);
		await rename(`${file}.new`, file);
	};
	await write(lines);
	const node = await startMainNode({ CONFIG_FILE: file, CONTROL_KEY: 'k'.repeat(32), ...env });
	nodes.push(node);
	/** Writes new settings and waits for what the node says of them. */
	const reload = async (text: readonly string[], signal = true): Promise<string> => {
		const before = node.output().length;
		await write(text);
		if (signal) node.child.kill('SIGHUP');
		// The watch of the file says the same again, sooner or later.
		const why = signal ? '"why":"SIGHUP"' : 'has changed"';
		const said = (): string =>
			node
				.output()
				.slice(before)
				.split('\n')
				.filter((line) => line.includes(why) || line.includes('wait for a restart'))
				.join('\n');
		await eventually('a word about it', () => /"configuration (not )?reloaded"/.test(said()));
		return said();
	};
	const mayPublish = async (token: string): Promise<boolean> => {
		const url = `${node.urls.rtmp}/live/try?token=${token}`;
		try {
			const publisher = await publish({ url, source });
			await publisher.stop();
			await eventually('it is gone', () => node.output().includes('stream ended'));
			return true;
		} catch (error) {
			if (!String(error).includes('Restricted access')) throw error;
			return false;
		}
	};
	return { node, reload, mayPublish };
};

describe('a node', () => {
	it('takes new keys and cameras, and goes on with streams that are there', async () => {
		const cameras = (...paths: string[]) =>
			`rtsp_sources: [${paths.map((path) => `{uri: "${camera.uri}${path}", streamName: cam${path}}`).join(', ')}]`;
		const { node, reload, mayPublish } = await start(['publish_token: first-token', cameras('1')]);
		await eventually('the camera', () => node.output().includes('"stream published","stream":"cam1"'));
		const bystander = await publish({ url: `${node.urls.rtmp}/live/bystander?token=first-token`, source, loop: true });
		const said = await reload(['publish_token: second-token', cameras('2'), 'push_interval: 9s', 'log_level: error']);
		expect(said).toContain('"configuration reloaded"');
		await eventually('what has to wait', () => node.output().includes('"names":"PUSH_INTERVAL, LOG_LEVEL"'));
		expect([await mayPublish('first-token'), await mayPublish('second-token')]).toEqual([false, true]);
		await eventually('the other camera', () => node.output().includes('"stream published","stream":"cam2"'));
		expect(node.output()).toMatch(/"source removed","stream":"cam1"/);
		const health = (await (await fetch(`${node.urls.control}/health`)).json()) as { streams: { name: string }[] };
		expect(health.streams.map(({ name }) => name).sort()).toEqual(['bystander', 'cam2']);
		await bystander.stop();
		expect(node.output()).not.toMatch(/first-token|second-token/);
	});

	it('takes nothing of what has a problem, and says all of them', async () => {
		const { node, reload, mayPublish } = await start(['publish_token: first-token']);
		const broken = [
			...['publish_token: marker-token', 'max_connections: x', 'stream_keys: [{name: a, key: marker}]'],
			'rtsp_sources: [{uri: "http://marker@x"}]',
		];
		await reload(broken);
		const refusals = (): unknown[] => node.output().match(/"configuration not reloaded","why":"SIGHUP"/g) ?? [];
		await eventually('all three', () => refusals().length === 3);
		expect(await reload(['publish_token: "marker-token', '  x'])).toContain('not reloaded');
		expect(await reload(['publish_token: marker-token', 'control_key: ""', 'rtsp_pull_allow: "???"'])).toContain(
			'RTSP_PULL_ALLOW',
		);
		expect(node.output()).not.toContain('marker');
		expect([await mayPublish('first-token'), await mayPublish('marker-token')]).toEqual([true, false]);
	});

	it('notices by itself that the file has changed', async () => {
		const { reload, mayPublish } = await start(['publish_token: first-token']);
		expect(await reload(['publish_token: second-token'], false)).toContain('has changed');
		expect([await mayPublish('first-token'), await mayPublish('second-token')]).toEqual([false, true]);
	});

	it('watches the files that its new settings name', async () => {
		const keys = join(folder, 'keys.yaml');
		await writeFile(keys, '- {name: "**", key: first-token}\n');
		const { node, reload, mayPublish } = await start(['publish_token: some-token']);
		await reload([`stream_keys: ${keys}`]);
		expect(await mayPublish('first-token')).toBe(true);
		await writeFile(`${keys}.new`, '- {name: "**", key: second-token}\n');
		await rename(`${keys}.new`, keys);
		await eventually('a reload', () => node.output().includes('keys.yaml has changed'));
		await eventually('the new key', () => mayPublish('second-token'));
	});

	it('of several processes changes all of them', async () => {
		const { reload, mayPublish } = await start(['publish_token: first-token'], {
			WORKERS: '2',
			RTMP_PORT: 'auto',
		});
		await reload(['publish_token: second-token']);
		expect([await mayPublish('first-token'), await mayPublish('second-token')]).toEqual([false, true]);
	});
});
