import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	answerHeaders,
	type ControlAnswer,
	isAnswerOf,
	metadataIn,
	signatureHeader,
} from '../../../../src/shared/control/answer.ts';
import { importKey } from '../../../../src/shared/control/key.ts';
import { LivestillError } from '../../../../src/shared/errors.ts';
import { buildMetadata, type KeyframeInfo, parseMetadata } from '../../../../src/shared/keyframe-object.ts';

const key = await importKey(crypto.subtle, 'a-secret-of-edge-and-ingest-node-0');
const nonce = '00112233445566778899aabbccddeeff';

const info: KeyframeInfo = {
	codec: 'h264',
	width: 1280,
	height: 720,
	rotation: 90,
	capturedAt: 1_795_334_020_459,
	publishedAt: 1_795_334_020_000,
	session: '90011569-190d-4825-bc11-d35a34b8e2c1',
	sequence: 7,
	protocol: 'webrtc',
	node: 'https://node-1.example:8082/a?b,c',
	leaseUntil: 1_795_334_050_000,
	keyframeInterval: 2000,
};

const answer: ControlAnswer = { status: 200, metadata: buildMetadata(info), body: Uint8Array.of(0, 0, 1, 0x65) };

/** What the edge makes of headers that have travelled. */
const receive = async (sent: Record<string, string>, changes: Partial<ControlAnswer> = {}) => {
	const headers = new Headers(sent);
	const metadata = metadataIn(headers);
	if (metadata === null) return null;
	const received = { ...answer, metadata, ...changes };
	const isGenuine = await isAnswerOf(key, nonce, received, headers.get(signatureHeader) ?? '');
	return isGenuine ? parseMetadata(received.metadata) : null;
};

describe('an answer', () => {
	it('comes back from its headers', async () => {
		expect(await receive(await answerHeaders(key, nonce, answer))).toEqual(info);
	});

	it('comes back whatever the keyframe', async () => {
		const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
		const any = fc.record({
			codec: fc.constantFrom('h264', 'hevc', 'vp8', 'vp9', 'av1', 'jpeg'),
			width: fc.nat(16_384),
			rotation: fc.constantFrom(0, 90, 180, 270),
			sequence: number,
			capturedAt: number,
			node: fc.constantFrom('', 'http://[::1]:8082', 'https://a.example/%20"\\;:='),
		});
		await fc.assert(
			fc.asyncProperty(any, fc.uint8Array(), async (changes, bytes) => {
				const changed = { ...info, ...changes } as KeyframeInfo;
				const body = Uint8Array.from(bytes);
				const sent = { status: 200, metadata: buildMetadata(changed), body };
				expect(await receive(await answerHeaders(key, nonce, sent), { body })).toEqual(changed);
			}),
		);
	});

	it('is refused when anything in it is different', async () => {
		const headers = await answerHeaders(key, nonce, answer);
		expect(await receive(headers, { status: 404 })).toBeNull();
		expect(await receive(headers, { body: Uint8Array.of(0, 0, 1, 0x66) })).toBeNull();
		expect(await receive({ ...headers, 'x-livestill-meta-more': '1' })).toBeNull();
		expect(await receive({ ...headers, 'x-livestill-meta-sequence': '8' })).toBeNull();
		expect(await receive(await answerHeaders(key, nonce.replace('0', '1'), answer))).toBeNull();
		const other = await importKey(crypto.subtle, 'another-secret-of-edge-and-node-0');
		expect(await receive(await answerHeaders(other, nonce, answer))).toBeNull();
		const { [signatureHeader]: _, ...unsigned } = headers;
		expect(await receive(unsigned)).toBeNull();
		expect(await receive({})).toBeNull();
	});

	it('with more metadata than an object may have is not read', () => {
		expect(metadataIn([['x-livestill-meta-a', 'x'.repeat(8192)]])).toBeNull();
		expect(
			metadataIn(Array.from({ length: 5000 }, (_, index) => [`x-livestill-meta-${index}`, ''] as const)),
		).toBeNull();
	});
});

it('hostile headers give metadata or our error, and nothing but data', () => {
	const header = fc.tuple(
		fc.constantFrom('x-livestill-meta-', 'X-Livestill-Meta-', 'x-livestill-meta-__proto__', 'x-amz-meta-', ''),
		fc.oneof(fc.constantFrom(...Object.keys(answer.metadata), '', '__proto__', 'constructor'), fc.string()),
		fc.oneof(fc.constantFrom(...Object.values(answer.metadata)), fc.string()),
	);
	fc.assert(
		fc.property(fc.array(header), (headers) => {
			const metadata = metadataIn(headers.map(([prefix, name, value]) => [prefix + name, value] as const)) ?? {};
			expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
			for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
			try {
				parseMetadata(metadata);
			} catch (error) {
				expect(error).toBeInstanceOf(LivestillError);
			}
		}),
	);
});
