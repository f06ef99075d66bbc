import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import { buildMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { startApp, verdict } from './support/app.ts';
import {
	clearBucket,
	freshName,
	keyframeInfo,
	publish,
	publishWithoutKeyframe,
	putRaw,
	unpublish,
} from './support/store.ts';

beforeEach(clearBucket);

const { request } = startApp();
const find = (body: unknown): Promise<Response> =>
	request('/rest-api/stream/find', { method: 'POST', body: JSON.stringify(body) });
const notFound = { status: 404, code: 'STREAM_NOT_FOUND' };

const namesOf = async (response: Response): Promise<string[]> =>
	((await response.json()) as { name: string }[]).map(({ name }) => name);

test('a stream is found by its name and shown without the address of its node', async () => {
	const { name, info } = await publish({ node: 'http://10.0.0.7:8082', rotation: 90 });
	const expected = [
		{
			name,
			mediaSessionId: info.session,
			published: true,
			status: 'PUBLISHING',
			createDate: info.publishedAt,
			protocol: 'rtmp',
			hasVideo: true,
			videoCodec: 'H264',
			width: 64,
			height: 48,
			rotation: 90,
			snapshot: { timestamp: info.capturedAt, sequence: 1, keyframeInterval: 2000 },
		},
	];
	expect(await (await find({ name })).json()).toEqual(expected);
	expect(await (await find({ streamName: name, published: true, display: ['metrics'] })).json()).toEqual(expected);
	expect(await (await request(`/rest-api/stream/find?name=${name}&published=true`)).json()).toEqual(expected);
});

test('a stream without a keyframe has no snapshot', async () => {
	const { name } = await publishWithoutKeyframe();
	expect(await (await find({ name })).json()).toMatchObject([
		{ name, hasVideo: false, videoCodec: null, snapshot: null },
	]);
});

test('filters other than the name', async () => {
	const { name, info } = await publish();
	await publish();
	expect(await namesOf(await find({ mediaSessionId: info.session }))).toEqual([name]);
	expect(await namesOf(await find({ status: 'PUBLISHING' }))).toHaveLength(2);
	expect(await verdict(await find({ name, published: false }))).toEqual(notFound);
	expect(await verdict(await find({ name, status: 'PLAYING' }))).toEqual(notFound);
});

test('find_all lists live streams only, sorted, over several pages', { timeout: 90_000 }, async () => {
	// On a busy machine it takes longer to write them than a lease usually lasts.
	const leaseUntil = Date.now() + 3_600_000;
	const infos = Array.from({ length: 1100 }, (_, index) => ({ name: `s/${String(index).padStart(4, '0')}`, index }));
	await Promise.all(
		infos.map(({ name, index }) =>
			env.KEYFRAMES.put(liveKey(parseStreamName(name)), 'x', {
				customMetadata: buildMetadata(keyframeInfo(index % 2 === 0 ? { leaseUntil } : { leaseUntil: 1 })),
			}),
		),
	);
	const ended = await publish();
	await unpublish(ended.name, ended.info);
	await putRaw(freshName(), 'x', { format: '99' });
	await env.KEYFRAMES.put('live/_not*ours', 'x');
	await env.KEYFRAMES.put('frames/s/1', 'x', { customMetadata: buildMetadata(keyframeInfo()) });
	for (const method of ['GET', 'POST']) {
		const found = await namesOf(await request('/rest-api/stream/find_all', { method }));
		expect(found).toEqual(infos.filter(({ index }) => index % 2 === 0).map(({ name }) => name));
	}
});

test('nothing found is 404, as in WCS', async () => {
	expect(await verdict(await request('/rest-api/stream/find_all'))).toEqual(notFound);
	expect(await verdict(await find({}))).toEqual(notFound);
	const { name, info } = await publish();
	await unpublish(name, info);
	expect(await verdict(await find({ name }))).toEqual(notFound);
});

test.each([
	['a number', { name: 7 }, 'INVALID_PARAMETER'],
	['an empty name', { name: '' }, 'INVALID_STREAM_NAME'],
	['a truth in a string', { published: 'yes' }, 'INVALID_PARAMETER'],
])('%s is refused', async (_title, body, code) => {
	expect(await verdict(await find(body))).toEqual({ status: 400, code });
});

test.each(['name=a&name=b', 'published=1', 'name=', 'name=%00', '__proto__=a&__proto__=b'])(
	'the query %s is refused',
	async (query) => {
		expect((await request(`/rest-api/stream/find?${query}`)).status).toBe(400);
	},
);
