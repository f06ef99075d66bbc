import { describe, expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const post = (body: BodyInit | null, headers: Record<string, string> = {}): Promise<Response> =>
	startApp().request('/rest-api/stream/snapshot', { method: 'POST', body, headers });

describe('bodies that are refused', () => {
	const deep = `${'['.repeat(8000)}${']'.repeat(8000)}`;
	test.each<[string, string | Uint8Array | null, string]>([
		['nothing', null, 'INVALID_JSON'],
		['an empty body', '', 'INVALID_JSON'],
		['no JSON', 'streamName=abc', 'INVALID_JSON'],
		['half an object', '{"streamName":"a', 'INVALID_JSON'],
		['two objects', '{"streamName":"a"}{"streamName":"b"}', 'INVALID_JSON'],
		['an array', '["a"]', 'INVALID_JSON'],
		['a string', '"a"', 'INVALID_JSON'],
		['null', 'null', 'INVALID_JSON'],
		['deep nesting', deep, 'INVALID_JSON'],
		['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 'INVALID_JSON'],
		['no streamName', '{}', 'INVALID_PARAMETER'],
		['a name in the prototype', '{"__proto__":{"streamName":"a"}}', 'INVALID_PARAMETER'],
		['a null name', '{"streamName":null}', 'INVALID_PARAMETER'],
		['a number for a name', '{"streamName":7}', 'INVALID_PARAMETER'],
		['an object for a name', '{"streamName":{"$ne":""}}', 'INVALID_PARAMETER'],
		['an array for a name', '{"streamName":["a"]}', 'INVALID_PARAMETER'],
		['an empty name', '{"streamName":""}', 'INVALID_STREAM_NAME'],
		['a name that climbs', '{"streamName":"../../etc/passwd"}', 'INVALID_STREAM_NAME'],
		['a name with an empty segment', '{"streamName":"a//b"}', 'INVALID_STREAM_NAME'],
		['a name with NUL', '{"streamName":"a\\u0000b"}', 'INVALID_STREAM_NAME'],
		['a name with line breaks', '{"streamName":"a\\r\\nX-Evil: 1"}', 'INVALID_STREAM_NAME'],
		['a name that is not Unicode', '{"streamName":"\\ud800"}', 'INVALID_STREAM_NAME'],
		['a long name', `{"streamName":"${'a'.repeat(201)}"}`, 'INVALID_STREAM_NAME'],
		['a duplicate field of which the last is wrong', '{"streamName":"a","streamName":1}', 'INVALID_PARAMETER'],
		['width 0', '{"streamName":"a","width":0}', 'INVALID_PARAMETER'],
		['a negative height', '{"streamName":"a","height":-1}', 'INVALID_PARAMETER'],
		['half a pixel', '{"streamName":"a","width":1.5}', 'INVALID_PARAMETER'],
		['a width in a string', '{"streamName":"a","width":"640"}', 'INVALID_PARAMETER'],
		['a width beyond all bounds', '{"streamName":"a","width":1e308}', 'INVALID_PARAMETER'],
		['an infinite width', '{"streamName":"a","width":1e999}', 'INVALID_PARAMETER'],
		['a negative maxAge', '{"streamName":"a","maxAge":-1}', 'INVALID_PARAMETER'],
		['a maxAge of true', '{"streamName":"a","maxAge":true}', 'INVALID_PARAMETER'],
		['another format', '{"streamName":"a","format":"gif"}', 'INVALID_PARAMETER'],
		['a format that is a list', '{"streamName":"a","format":["png"]}', 'INVALID_PARAMETER'],
	])('%s', async (_title, body, code) => {
		const response = await post(body);
		expect(response.headers.get('Cache-Control')).toBe('no-store');
		expect(await verdict(response)).toEqual({ status: 400, code });
	});
});

describe('the size of the body', () => {
	const tooLarge = { status: 413, code: 'BODY_TOO_LARGE' };

	test('1 MB is refused', async () => {
		expect(await verdict(await post('x'.repeat(1_000_000)))).toEqual(tooLarge);
	});

	test('is counted, not taken from Content-Length', async () => {
		let sent = 0;
		const endless = new ReadableStream<Uint8Array>({
			pull: (controller) => {
				sent += 1;
				controller.enqueue(new Uint8Array(1024).fill(0x20));
			},
		});
		expect(await verdict(await post(endless))).toEqual(tooLarge);
		expect(sent).toBeLessThan(30);
	});

	test('a body of just the limit is read', async () => {
		const { name } = await publish();
		const start = `{"streamName":"${name}","padding":"`;
		const body = `${start}${'x'.repeat(16 * 1024 - start.length - 2)}"}`;
		expect(body.length).toBe(16 * 1024);
		expect((await post(body)).status).toBe(200);
		expect(await verdict(await post(`${body} `))).toEqual(tooLarge);
	});
});

describe('bodies that are accepted', () => {
	test.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'image/png', ''])(
		'JSON sent as "%s"',
		async (type) => {
			const { name } = await publish();
			expect((await post(JSON.stringify({ streamName: name }), { 'Content-Type': type })).status).toBe(200);
		},
	);

	test('with unknown and null fields and a byte order mark', async () => {
		const { name } = await publish();
		const fields = { streamName: name, width: null, format: 'png', maxAge: 3600, quality: 80, later: { a: [] } };
		expect((await post(`\ufeff${JSON.stringify(fields)}`)).status).toBe(200);
	});

	test('with a size', async () => {
		const { name } = await publish();
		const response = await post(JSON.stringify({ streamName: name, width: 32, height: 24 }));
		expect(await response.json()).toMatchObject({ width: 32, height: 24 });
	});
});
