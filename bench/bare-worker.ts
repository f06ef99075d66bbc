/**
 * A Worker that does nothing but the input and output of every snapshot: it reads the keyframe from the bucket, asks the cache for a picture, writes
 * one of the same size, and answers with a text that it has in memory. What a POST to it costs is HTTP, Miniflare and its simulations of R2 and of the
 * cache; what ours costs more is ours.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerBundle } from '../local/build-worker.ts';

const folder = fileURLToPath(new URL('../node_modules/.cache/bench-bare-worker', import.meta.url));

/** `POST /?key=…&size=…`: the object that is read, and how many characters come back. */
const source = `
const answers = new Map();
const answerOf = (size) => {
	if (!answers.has(size)) {
		const picture = new Uint8Array(Math.floor(size / 4) * 3);
		answers.set(size, { picture, text: JSON.stringify({ data: 'A'.repeat(size - 11) }) });
	}
	return answers.get(size);
};
let count = 0;
export default {
	async fetch(request, env, context) {
		await request.text();
		const { searchParams } = new URL(request.url);
		const { picture, text } = answerOf(Number(searchParams.get('size')));
		const object = await env.KEYFRAMES.get(searchParams.get('key'));
		if (object === null) return new Response(null, { status: 404 });
		const cached = 'https://pictures.bench.invalid/' + count++;
		await caches.default.match(cached);
		await object.arrayBuffer();
		const headers = { 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=3600' };
		context.waitUntil(caches.default.put(cached, new Response(picture, { headers })));
		return new Response(text, { headers: { 'Content-Type': 'application/json' } });
	},
};
`;

/** A bundle like `bundle`, in its place. */
export const bareWorker = (bundle: WorkerBundle): WorkerBundle => {
	mkdirSync(folder, { recursive: true });
	const path = join(folder, 'index.js');
	writeFileSync(path, source);
	return { ...bundle, folder, modules: [{ type: 'ESModule', path }] };
};
