/**
 * `npm run bench [PART ...]`: the figures that the README quotes, with peers in the same run. `npm run bench compare A
 * B`: the stored results of two commits.
 */
import { buildBenchWorker } from './bench-worker.ts';
import { compare } from './compare.ts';
import { benchDecode } from './decode.ts';
import { ffmpegVersion } from './libavcodec.ts';
import { benchLoad } from './load.ts';
import { benchPng } from './png.ts';
import { benchPreview } from './preview.ts';
import { describeMachine, report, type Section } from './report.ts';
import { benchRtsp } from './rtsp.ts';
import { benchShutter } from './shutter.ts';
import { benchSnapshot } from './snapshot.ts';
import { benchWebRtc } from './webrtc.ts';

const parts: Readonly<Record<string, (hasFfmpeg: boolean) => Promise<Section[]>>> = {
	decode: benchDecode,
	png: benchPng,
	snapshot: benchSnapshot,
	shutter: benchShutter,
	webrtc: benchWebRtc,
	preview: benchPreview,
	rtsp: benchRtsp,
	load: benchLoad,
};

const wanted = process.argv.slice(2);
const usage = `usage: npm run bench [${Object.keys(parts).join('|')} ...], or npm run bench compare COMMIT COMMIT`;
if (wanted[0] === 'compare') {
	const [, before, after] = wanted;
	if (before === undefined || after === undefined) console.error(usage);
	else if (compare(Object.keys(parts), before, after)) process.exit();
	else console.error(`bench/results has nothing that both ${before} and ${after} have`);
	process.exit(2);
}
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
	console.error(usage);
	process.exit(2);
}
const hasFfmpeg = ffmpegVersion() !== null;
if (!hasFfmpeg) console.warn('!!! ffmpeg is not installed: small stand-in streams, and nothing to compare with');
for (const [name, value] of Object.entries(describeMachine())) console.log(`${name}: ${value}`);
buildBenchWorker();
for (const [name, run] of Object.entries(parts))
	if (wanted.length === 0 || wanted.includes(name)) report(name, await run(hasFfmpeg));
