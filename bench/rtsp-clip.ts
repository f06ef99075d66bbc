/** What the streams of the RTSP and load benches send: ten seconds of x264 at 1.5 Mbit/s. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packetiseH264 } from '../ingest-node/protocols/rtp/h264-packetiser.ts';
import { splitAnnexB } from '../src/shared/h264/annex-b.ts';
import { nalType, nalUnitType } from '../src/shared/h264/nal.ts';

/** Pictures a second; a keyframe every two seconds. */
export const clipRate = 25;

const cache = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url));
const file = `${cache}rtsp-720p-1500k.264`;

const encode = (): void => {
	mkdirSync(cache, { recursive: true });
	execFileSync('ffmpeg', [
		...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${clipRate},format=yuv420p`, '-t', '10'],
		...[
			'-c:v',
			'libx264',
			'-preset',
			'veryfast',
			'-tune',
			'zerolatency',
			'-g',
			'50',
			'-b:v',
			'1500k',
			'-maxrate',
			'1500k',
		],
		...['-bufsize', '750k', '-x264-params', 'aud=1:nal-hrd=cbr', '-f', 'h264', `${file}.part`],
	]);
	renameSync(`${file}.part`, file);
};

/** NAL units of each picture. Without ffmpeg there is no clip. */
const clipPictures = (): Uint8Array[][] => {
	if (!existsSync(file)) encode();
	const pictures: Uint8Array[][] = [];
	for (const nal of splitAnnexB(new Uint8Array(readFileSync(file)))) {
		if (nalUnitType(nal) === nalType.accessUnitDelimiter) pictures.push([]);
		else pictures.at(-1)?.push(nal);
	}
	return pictures;
};

/** The payloads of each picture. */
export const rtspClip = (): Uint8Array[][] => clipPictures().map((nals) => packetiseH264(nals));

const startCode = Uint8Array.of(0, 0, 0, 1);

/** The pictures in Annex B. */
export const clipAccessUnits = (): Uint8Array[] =>
	clipPictures().map((nals) => Buffer.concat(nals.flatMap((nal) => [startCode, nal])));
