/**
 * One keyframe as a fragmented MP4 with one sample: a picture for `<video>` that nobody has decoded. ISO/IEC 14496-12
 *
 *     ftyp | moov: mvhd trak mvex | moof: mfhd traf | mdat: the keyframe
 */
import type { Rotation } from '../shared/keyframe-object.ts';
import { box, boxHeaderSize, concat, fixed, fullBox, text, u16, u32, zeros } from './box.ts';
import { type CodedFrame, visualSampleEntry } from './sample-entry.ts';

const timescale = 1000;
/** A still has no duration; players want one. In units of the timescale. */
const duration = 1000;
const trackId = 1;
const undeterminedLanguage = 0x55c4;

/** Sample flags: depends on no other, is a sync sample. § 8.8.3.1 */
const syncSample = 0x02000000;

const one = 0x40000000;

/** The transformation matrix of a clockwise rotation about the track's own size. § 6.2.2, § 8.3.2 */
const matrix = (rotation: Rotation, width: number, height: number): number[] => {
	const [a, b, c, d, x, y] = {
		0: [1, 0, 0, 1, 0, 0],
		90: [0, 1, -1, 0, height, 0],
		180: [-1, 0, 0, -1, width, height],
		270: [0, -1, 1, 0, 0, width],
	}[rotation] as [number, number, number, number, number, number];
	return [a, b, 0, c, d, 0, x, y].flatMap(fixed).concat(u32(one));
};

const fileType = (): Uint8Array => box('ftyp', text('iso5'), u32(512), text('iso5iso6mp41'));

const movieHeader = (): Uint8Array =>
	fullBox(
		'mvhd',
		{},
		...[u32(0), u32(0), u32(timescale), u32(0)],
		...[fixed(1), u16(0x0100), zeros(10), matrix(0, 0, 0), zeros(24)],
		u32(trackId + 1),
	);

const trackHeader = (frame: CodedFrame, rotation: Rotation): Uint8Array => {
	const aspect = frame.sampleAspect;
	const width = frame.width * Math.max(1, aspect);
	const height = frame.height * Math.max(1, 1 / aspect);
	const enabledInMovieAndPreview = 7;
	return fullBox(
		'tkhd',
		{ flags: enabledInMovieAndPreview },
		...[u32(0), u32(0), u32(trackId), u32(0), u32(0)],
		...[zeros(8), u16(0), u16(0), u16(0), u16(0)],
		...[matrix(rotation, width, height), fixed(width), fixed(height)],
	);
};

const sampleTable = (frame: CodedFrame): Uint8Array =>
	box(
		'stbl',
		fullBox('stsd', {}, u32(1), visualSampleEntry(frame)),
		fullBox('stts', {}, u32(0)),
		fullBox('stsc', {}, u32(0)),
		fullBox('stsz', {}, u32(0), u32(0)),
		fullBox('stco', {}, u32(0)),
	);

const media = (frame: CodedFrame): Uint8Array =>
	box(
		'mdia',
		fullBox('mdhd', {}, u32(0), u32(0), u32(timescale), u32(0), u16(undeterminedLanguage), u16(0)),
		fullBox('hdlr', {}, u32(0), text('vide'), zeros(12), text('keyframe'), [0]),
		box(
			'minf',
			fullBox('vmhd', { flags: 1 }, zeros(8)),
			box('dinf', fullBox('dref', {}, u32(1), fullBox('url ', { flags: 1 }))),
			sampleTable(frame),
		),
	);

const movie = (frame: CodedFrame, rotation: Rotation): Uint8Array =>
	box(
		'moov',
		movieHeader(),
		box('trak', trackHeader(frame, rotation), media(frame)),
		box(
			'mvex',
			fullBox('mehd', {}, u32(duration)),
			fullBox('trex', {}, u32(trackId), u32(1), u32(duration), u32(0), u32(syncSample)),
		),
	);

const dataOffsetPresent = 0x000001;
const sampleSizePresent = 0x000200;
const defaultBaseIsMoof = 0x020000;

const fragment = (sampleSize: number, dataOffset: number): Uint8Array =>
	box(
		'moof',
		fullBox('mfhd', {}, u32(1)),
		box(
			'traf',
			fullBox('tfhd', { flags: defaultBaseIsMoof }, u32(trackId)),
			fullBox('tfdt', {}, u32(0)),
			fullBox('trun', { flags: dataOffsetPresent | sampleSizePresent }, u32(1), u32(dataOffset), u32(sampleSize)),
		),
	);

/** The file. @param rotation clockwise degrees that a player has to turn the picture by */
export const singleFrameMp4 = (frame: CodedFrame, rotation: Rotation): Uint8Array<ArrayBuffer> => {
	const sampleSize = frame.sample.reduce((size, part) => size + part.length, 0);
	// The data begins behind the fragment itself and the header of `mdat`.
	const dataOffset = fragment(sampleSize, 0).length + boxHeaderSize;
	return concat(fileType(), movie(frame, rotation), fragment(sampleSize, dataOffset), box('mdat', ...frame.sample));
};
