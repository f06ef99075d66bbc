/** VP8, VP9 and AV1 over enhanced RTMP, JPEG from the store: the whole stack as it is bundled, pixel by pixel. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decoderCores } from '../../cli/decoder-cores.ts';
import { imageCore } from '../../cli/image-core.ts';
import { publish } from '../../local/rtmp-publisher.ts';
import { createDecoder } from '../../src/decoder/index.ts';
import { createRenderer } from '../../src/image/render.ts';
import { buildMetadata, objectContentType } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { packPlanes } from '../support/planes.ts';
import { decodePng } from './support/ffmpeg.ts';
import { floatRgb, largestDifference } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';
import { takeSnapshot, untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await stack?.stop();
});

// Its planes are those of other decoders: test/conformance/other-codecs.test.ts.
const decoder = createDecoder(decoderCores);
const keyframe = (path: string): Uint8Array =>
	new Uint8Array(readFileSync(new URL(`../fixtures/${path}`, import.meta.url)));

test.skipIf(isMissing('ffmpeg')).each(['vp8', 'vp9', 'av1'] as const)('%s', async (codec) => {
	const body = keyframe(`${codec}/plain.${codec}`);
	const source = { codec, accessUnits: [body, body], frameRate: 2 };
	const publisher = await publish({ url: `${stack.rtmp}/${codec}`, source, loop: true });
	await untilStatus(stack.rest, codec, 200, 15_000);
	const { png, width, height } = await takeSnapshot(stack.rest, codec);
	await publisher.stop();
	expect([width, height]).toEqual([320, 180]);
	const expected = floatRgb(packPlanes(decoder.decode(codec, body)), {
		width,
		height,
		matrix: 'bt601',
		fullRange: false,
	});
	expect(largestDifference(await decodePng(png ?? new Uint8Array(0)), expected)).toBeLessThanOrEqual(1);
});

test.skipIf(isMissing('ffmpeg'))('jpeg', async () => {
	const body = keyframe('jpeg/420.jpg');
	const now = Date.now();
	const metadata = buildMetadata({
		...{ codec: 'jpeg', width: 320, height: 180, rotation: 0, capturedAt: now, publishedAt: now, sequence: 1 },
		...{ session: crypto.randomUUID(), protocol: 'rtsp', node: '', leaseUntil: now + 30_000, keyframeInterval: 0 },
	});
	const key = liveKey(parseStreamName('camera'));
	await stack.store.put(key, { body, contentType: objectContentType('jpeg'), metadata }, 'absent');
	const { png } = await takeSnapshot(stack.rest, 'camera');
	const { data } = createRenderer(imageCore)(decoder.decode('jpeg', body));
	const rgb = data.filter((_, at) => at % 4 !== 3);
	expect(largestDifference(await decodePng(png ?? new Uint8Array(0)), rgb)).toBe(0);
});
