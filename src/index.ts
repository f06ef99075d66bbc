/** The composition root of the Worker: the only file that knows every adapter. */
import { env } from 'cloudflare:workers';
import jpegCore from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
import jpegEncoderCore from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm';
import webpEncoderCore from '@jsquash/webp/codec/enc/webp_enc_simd.wasm';
import av1Core from 'ogv/dist/ogv-decoder-video-av1-simd-wasm.wasm';
import vp8Core from 'ogv/dist/ogv-decoder-video-vp8-wasm.wasm';

import { createApiAccess } from './access/api-access.ts';
import { createBoundLimit, createIsolateLimit } from './access/rate-limit.ts';
import { type Connect, createApp } from './app.ts';
import h264Core from './decoder/h264/core/h264.wasm';
import h264HighCore from './decoder/h264/core/h264-high.wasm';
import type { H264Core } from './decoder/h264/core.ts';
import hevcCore from './decoder/hevc/core/hevc.wasm';
import type { HevcCore } from './decoder/hevc/core.ts';
import { createDecoder } from './decoder/index.ts';
import type { Instantiate } from './decoder/instantiate.ts';
import vp9Core from './decoder/vp9/core/vp9.wasm';
import { type Env, readConfig } from './env.ts';
import type { Guard } from './http/guard.ts';
import type { RequestReport } from './http/report.ts';
import { createAnimator } from './image/apng.ts';
import imageCoreModule from './image/core/image.wasm';
import { type ImageCore, onFirstUse } from './image/image-core.ts';
import { createJpegEncoder } from './image/jpeg.ts';
import { judge } from './image/judge.ts';
import { createPngEncoder } from './image/png.ts';
import { createRenderer } from './image/render.ts';
import { createSprite } from './image/sprite.ts';
import { createWebpEncoder } from './image/webp.ts';
import { createPreviewAccess } from './preview/access.ts';
import { createDecodedMemory } from './preview/decoded-memory.ts';
import { createGlances } from './preview/glances.ts';
import { createHopelessKeyframes } from './preview/good-frame.ts';
import { createLiveList } from './preview/live-list.ts';
import { createSequenceTaker, type SequenceImaging } from './preview/sequence.ts';
import { createCueLister } from './preview/storyboard.ts';
import { createPreviewTaker } from './preview/take.ts';
import { writeReport } from './reports/analytics.ts';
import { createRequestCounters } from './reports/counters.ts';
import { type Subtle, secretRule } from './shared/control/key.ts';
import { createFailureMemory } from './snapshot/failure-memory.ts';
import { createStreamFinder } from './snapshot/find.ts';
import { createSnapshotTaker } from './snapshot/take.ts';
import { createPictureCache } from './store/cache-api.ts';
import { createGoodKeyframes, createHeldKeyframes } from './store/good-keyframes.ts';
import { createIngestNodes } from './store/ingest-node.ts';
import { createNodeFailures } from './store/node-failures.ts';
import { parseHostRule } from './store/node-url.ts';
import { createPictureMemory } from './store/picture-memory.ts';
import { createR2KeyframeHistory, createR2KeyframeSource } from './store/r2.ts';

const instantiate =
	(module: WebAssembly.Module): Instantiate =>
	(imports) =>
		new WebAssembly.Instance(module, imports as Record<string, Record<string, () => unknown>>);

// One decoder and one memory per isolate; everything else belongs to a request.
const decoder = createDecoder({
	h264: {
		standard: () => new WebAssembly.Instance(h264Core).exports as unknown as H264Core,
		high: () => new WebAssembly.Instance(h264HighCore).exports as unknown as H264Core,
	},
	hevc: () => new WebAssembly.Instance(hevcCore).exports as unknown as HevcCore,
	vp8: instantiate(vp8Core),
	vp9: instantiate(vp9Core),
	av1: instantiate(av1Core),
	jpeg: instantiate(jpegCore),
});
const encodeJpeg = createJpegEncoder(instantiate(jpegEncoderCore));
const encodeWebp = createWebpEncoder(instantiate(webpEncoderCore));
const imageCore = onFirstUse(() => new WebAssembly.Instance(imageCoreModule).exports as unknown as ImageCore);
const encodePng = createPngEncoder(imageCore);
const toRgba = createRenderer(imageCore);
const imaging = { toRgba, encodePng };
const previewImaging: SequenceImaging = {
	toRgba,
	startAnimation: createAnimator(imageCore),
	createSprite,
	judge,
	encode: (format, image, quality) => {
		if (format === 'png') return encodePng(image);
		const { data, width, height } = image;
		return (format === 'jpg' ? encodeJpeg : encodeWebp)(data, width, height, quality);
	},
};
const variables: Omit<Env, 'KEYFRAMES'> = env;
const { pictureMemory, controlKey, controlHosts, refreshAge, previewKeys, logRequests, operatorToken, ...rest } =
	readConfig(variables);
const { apiTokens, rateLimit, obstacles } = rest;
const memory = createPictureMemory(pictureMemory);
const failures = createFailureMemory();
const clock = {
	now: () => Date.now(),
	sleep: (milliseconds: number): Promise<void> => scheduler.wait(milliseconds),
};

const glances = createGlances(clock.now);
const listLive = createLiveList(clock.now);
// Two 4K frames of 4:2:0, or eleven of 720p.
const decoded = createDecodedMemory(16 * 1024 * 1024);
// Keyframes of some forty streams.
const goodMemory = createHeldKeyframes(4 * 1024 * 1024);
const hopeless = createHopelessKeyframes();
const previewAccess = createPreviewAccess({
	keys: previewKeys,
	subtle: crypto.subtle as unknown as Subtle,
	now: clock.now,
});
if (previewKeys?.size === 0) console.error(`PREVIEW_KEYS has no key that works: id:secret, a secret is ${secretRule}`);

if (variables.CONTROL_KEY && controlKey === undefined) console.warn(`CONTROL_KEY is not used: it needs ${secretRule}`);
const nodes =
	controlKey === undefined
		? null
		: createIngestNodes({
				secret: controlKey,
				mayCall: parseHostRule(controlHosts),
				failures: createNodeFailures(clock.now),
				now: clock.now,
				onFailure: (node, reason, requestId) =>
					console.warn(JSON.stringify({ event: 'control call failed', node, reason, requestId })),
			});

const counters = createRequestCounters();
const onReport = (report: RequestReport): void => {
	counters.add(report);
	if (logRequests) console.log(JSON.stringify({ event: 'request', ...report }));
	if (variables.REQUESTS !== undefined) writeReport(variables.REQUESTS, report);
};
const hasMetricsToken = apiTokens?.some(({ scopes }) => scopes.includes('metrics')) === true;
const metrics =
	operatorToken === undefined && !hasMetricsToken ? undefined : { token: operatorToken, text: counters.text };
const isolateLimit = rateLimit === null ? null : createIsolateLimit(rateLimit, clock.now);
const onLimitFailure = (error: unknown): void =>
	console.error(JSON.stringify({ event: 'RATE_LIMITER fails, each isolate counts for itself', error: String(error) }));
const guard: Guard = {
	api: createApiAccess(apiTokens),
	rateLimit:
		variables.RATE_LIMITER === undefined
			? isolateLimit
			: createBoundLimit({ binding: variables.RATE_LIMITER, otherwise: isolateLimit, onFailure: onLimitFailure }),
	obstacles,
};
for (const obstacle of obstacles) console.error(JSON.stringify({ event: 'not set up for production', obstacle }));
if (apiTokens?.length === 0) console.error('API_TOKENS has no token that works: name:scopes:hash');

const connect: Connect = ({ KEYFRAMES }, waitUntil, names) => {
	const keyframes = createR2KeyframeSource(KEYFRAMES);
	const history = createR2KeyframeHistory(KEYFRAMES);
	const past = { keyframes, history, now: clock.now };
	const pictures = createPictureCache({ cache: caches.default, memory, waitUntil });
	const good = createGoodKeyframes({ cache: caches.default, memory: goodMemory, waitUntil });
	const common = {
		keyframes,
		nodes: nodes?.forRequest(names) ?? null,
		refreshAge,
		clock,
		pictures,
		failures,
		decoder,
	};
	return {
		takeSnapshot: createSnapshotTaker({ ...common, imaging }),
		takePreview: createPreviewTaker({ ...common, imaging: previewImaging, decoded, glances, history, good, hopeless }),
		takeSequence: createSequenceTaker({ ...common, ...past, imaging: previewImaging }),
		listCues: createCueLister(past),
		previewAccess,
		listLive,
		now: clock.now,
		findStreams: createStreamFinder(keyframes, clock.now),
	};
};

export default { fetch: createApp(connect, { onReport, metrics, guard }).fetch };
