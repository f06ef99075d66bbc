/**
 * A Worker that does nothing but what every snapshot has to: it reads the keyframe from the bucket and answers with a text that
 * it has in memory. What a POST to it costs is HTTP, Miniflare and its simulated R2; what ours costs more is ours.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerBundle } from '../local/build-worker.ts';

const folder = fileURLToPath(new URL('../node_modules/.cache/bench-bare-worker', import.meta.url));

/** `POST /?key=…&size=…`: the object that is read, and how many characters come back. */
const source = `
const answers = new Map();
export default {
	async fetch(request, env) {
		await request.text();
		const { searchParams } = new URL(request.url);
		const size = Number(searchParams.get('size'));
		const object = await env.KEYFRAMES.get(searchParams.get('key'));
		if (object === null) return new Response(null, { status: 404 });
		await object.arrayBuffer();
		if (!answers.has(size)) answers.set(size, JSON.stringify({ data: 'A'.repeat(size - 11) }));
		return new Response(answers.get(size), { headers: { 'Content-Type': 'application/json' } });
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
