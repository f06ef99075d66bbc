/** A list that is written wrongly is taken for the name of a file: what the operator hears of it repeats no secret. */
import { expect, it } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';

it.each([
	['STREAM_KEYS', 'YAML', '- {name: a, key: marker-marker}', 'ENOENT'],
	['STREAM_KEYS', 'an object', '{"name": "a", "key": "marker-marker"}', 'ENOENT'],
	['STREAM_KEYS', 'a long text', `marker-marker${'x'.repeat(5000)}`, 'ENAMETOOLONG'],
	['STREAM_KEYS', 'a zero byte', 'marker\0marker', 'ERR_INVALID_ARG_VALUE'],
	['RTSP_SOURCES', 'a camera', 'rtsp://user:marker@cam/1', 'ENOENT'],
])('%s: %s', (name, _what, text, code) => {
	const read = () => readConfig({ [name]: text });
	expect(read).toThrow(`${name}: it does not begin with "[", and is not the name of a file that can be read (${code})`);
	expect(read).not.toThrow('marker');
});
