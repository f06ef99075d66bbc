/** `npm run bench [decode] [png] [snapshot]`: the figures that the README quotes, with peers in the same run. */
import { buildBenchWorker } from './bench-worker.ts';
import { benchDecode } from './decode.ts';
import { ffmpegVersion } from './libavcodec.ts';
import { benchPng } from './png.ts';
import { describeMachine, report, type Section } from './report.ts';
import { benchSnapshot } from './snapshot.ts';

const parts: Readonly<Record<string, (hasFfmpeg: boolean) => Promise<Section[]>>> = {
	decode: benchDecode,
	png: benchPng,
	snapshot: benchSnapshot,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
	console.error(`usage: npm run bench [${Object.keys(parts).join('|')} ...]`);
	process.exit(2);
}
const hasFfmpeg = ffmpegVersion() !== null;
if (!hasFfmpeg) console.warn('!!! ffmpeg is not installed: small stand-in streams, and nothing to compare with');
for (const [name, value] of Object.entries(describeMachine())) console.log(`${name}: ${value}`);
buildBenchWorker();
for (const [name, run] of Object.entries(parts))
	if (wanted.length === 0 || wanted.includes(name)) report(name, await run(hasFfmpeg));
