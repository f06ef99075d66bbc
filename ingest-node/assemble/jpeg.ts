/** JPEG: every picture is a keyframe, and its frame header has its size. ITU-T T.81 § B.2. */
import { type Assembler, damaged, keyframeUnit } from './assembler.ts';

const startOfImage = 0xffd8;
const endOfImage = 0xffd9;
const startOfScan = 0xda;
/** SOF0 to SOF15, without DHT, JPG and DAC, which lie among them. Table B.1 */
const isFrameHeader = (code: number): boolean =>
	code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Size in the frame header; `null` when a scan or the end comes before it. */
const sizeIn = (file: Uint8Array): { readonly width: number; readonly height: number } | null => {
	for (let at = 2; at + 4 <= file.length; ) {
		const code = file[at + 1] ?? 0;
		if (file[at] !== 0xff || code === startOfScan) return null;
		// Fill bytes may stand in front of a marker, § B.1.1.2.
		if (code === 0xff) {
			at += 1;
			continue;
		}
		if (isFrameHeader(code))
			return at + 9 <= file.length ? { height: u16(file, at + 5), width: u16(file, at + 7) } : null;
		at += 2 + u16(file, at + 2);
	}
	return null;
};

export const createJpegAssembler = (): Assembler => ({
	configure: () => {},
	isWorthKeeping: () => true,
	assemble: (data, timestamp) => {
		if (u16(data, 0) !== startOfImage || u16(data, data.length - 2) !== endOfImage) damaged('JPEG: not a whole file');
		const { width, height } = sizeIn(data) ?? damaged('JPEG: there is no frame header');
		if (width === 0 || height === 0) damaged('JPEG: the frame header has no size');
		return keyframeUnit({ codec: 'jpeg', payloads: [data], timestamp, width, height });
	},
});
