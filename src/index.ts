/** The composition root of the Worker: the only file that knows every adapter. */
import { env } from 'cloudflare:workers';
import { createApp } from './app.ts';
import h264Core from './decoder/h264/core/h264.wasm';
import type { H264Core } from './decoder/h264/core.ts';
import { createDecoder } from './decoder/index.ts';
import { readConfig } from './env.ts';
import { encodePng } from './image/png.ts';
import { toRgba } from './image/render.ts';
import { createFailureMemory } from './snapshot/failure-memory.ts';
import { createStreamFinder } from './snapshot/find.ts';
import { createSnapshotTaker } from './snapshot/take.ts';
import { createPictureCache } from './store/cache-api.ts';
import { createPictureMemory } from './store/picture-memory.ts';
import { createR2KeyframeSource } from './store/r2.ts';

// One decoder and one memory per isolate; everything else belongs to a request.
const decoder = createDecoder({
	h264: () => new WebAssembly.Instance(h264Core).exports as unknown as H264Core,
});
const imaging = { toRgba, encodePng };
const memory = createPictureMemory(readConfig(env).pictureMemory);
const failures = createFailureMemory();
const clock = {
	now: () => Date.now(),
	sleep: (milliseconds: number): Promise<void> => scheduler.wait(milliseconds),
};

const app = createApp(({ KEYFRAMES }, waitUntil) => {
	const keyframes = createR2KeyframeSource(KEYFRAMES);
	const pictures = createPictureCache({ cache: caches.default, memory, waitUntil });
	return {
		takeSnapshot: createSnapshotTaker({ keyframes, pictures, failures, decoder, imaging, clock }),
		findStreams: createStreamFinder(keyframes, clock.now),
	};
});

export default { fetch: app.fetch };
