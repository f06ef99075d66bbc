import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyframeCall, parseCall, writeCall } from '../../../../src/shared/control/call.ts';
import { LivestillError } from '../../../../src/shared/errors.ts';
import { parseStreamName } from '../../../../src/shared/stream-name.ts';

const session = '90011569-190d-4825-bc11-d35a34b8e2c1';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const codeOf = (body: Uint8Array): string => {
	try {
		parseCall(body);
		return 'accepted';
	} catch (error) {
		return error instanceof LivestillError ? error.code : String(error);
	}
};

describe('a call', () => {
	it.each<KeyframeCall>([
		{ streamName: parseStreamName('abc'), session },
		{ streamName: parseStreamName('Straße/☃ "\\ 😀'), session, after: 1_795_334_020_459 },
		{ streamName: parseStreamName('rtsp://cam.local:554/a?b=c'), session, after: 0 },
		{ streamName: parseStreamName('☃'.repeat(200)), session, after: Number.MAX_SAFE_INTEGER },
	])('comes back from its bytes', (call) => {
		const body = writeCall(call);
		expect(parseCall(body)).toEqual(call);
		expect(JSON.parse(new TextDecoder().decode(body))).toEqual(call);
	});

	it('ignores fields that it does not know', () => {
		expect(parseCall(bytes(`{"streamName":"a","session":"${session}","later":[]}`))).toEqual({
			streamName: 'a',
			session,
		});
	});

	it.each([
		['', 'INVALID_JSON'],
		['{', 'INVALID_JSON'],
		[`{"streamName":"ä","session":"${session}"}`, 'INVALID_JSON'],
		['null', 'INVALID_PARAMETER'],
		['[]', 'INVALID_PARAMETER'],
		['{"streamName":"a"}', 'INVALID_PARAMETER'],
		['{"streamName":"a","session":7}', 'INVALID_PARAMETER'],
		[`{"session":"${session}"}`, 'INVALID_STREAM_NAME'],
		[`{"streamName":"../a","session":"${session}"}`, 'INVALID_STREAM_NAME'],
		[`{"__proto__":{"streamName":"a","session":"${session}"}}`, 'INVALID_PARAMETER'],
		[`{"streamName":"a","session":"${session}","after":-1}`, 'INVALID_PARAMETER'],
		[`{"streamName":"a","session":"${session}","after":1.5}`, 'INVALID_PARAMETER'],
		[`{"streamName":"a","session":"${session}","after":"1"}`, 'INVALID_PARAMETER'],
		[`{"streamName":"a","session":"${session}","after":1e999}`, 'INVALID_PARAMETER'],
		[`{"streamName":"a","session":"${session}"${' '.repeat(4096)}}`, 'BODY_TOO_LARGE'],
	])('%s is refused', (text, code) => {
		expect(codeOf(bytes(text))).toBe(code);
	});

	it('of any bytes is accepted or refused with our error', () => {
		const whole = writeCall({ streamName: parseStreamName('abc'), session, after: 5 });
		const damaged = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, value]) => whole.with(at, value));
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array(), damaged), (body) => {
				expect(codeOf(body)).toMatch(/^(accepted|INVALID_(JSON|PARAMETER|STREAM_NAME))$/);
			}),
		);
	});
});
