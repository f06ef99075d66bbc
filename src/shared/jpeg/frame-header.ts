/** The markers of a JPEG file up to its end: size, kind, and how many scans there are. ITU-T T.81 § B.2. */

export interface JpegFrameHeader {
	/** Start of frame marker's low nibble: 0 baseline, 1 extended, 2 progressive; others are lossless or arithmetic. */
	readonly process: number;
	readonly precision: number;
	/** Samples. A height of 0 is told by a DNL marker later. */
	readonly width: number;
	readonly height: number;
	readonly components: number;
	/** Start of scan markers in the file. */
	readonly scans: number;
}

const marker = { soi: 0xd8, eoi: 0xd9, sos: 0xda, tem: 0x01 } as const;

const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;

/** SOF0 to SOF15, less DHT, JPG and DAC, which have codes in between. */
const isStartOfFrame = (code: number): boolean =>
	code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;

/** Scans in what follows `from`: 0xff is a marker unless a zero is stuffed behind it. */
const countScans = (file: Uint8Array, from: number): number => {
	let scans = 0;
	for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1))
		if (file[at + 1] === marker.sos) scans++;
	return scans;
};

/** Reads the markers, or returns `null` when the bytes are no JPEG file or end before the frame header does. */
export const parseJpegFrameHeader = (file: Uint8Array): JpegFrameHeader | null => {
	if (file[0] !== 0xff || file[1] !== marker.soi) return null;
	for (let at = 2; at + 4 <= file.length; ) {
		if (file[at] !== 0xff) return null;
		const code = file[at + 1] ?? 0;
		if (code === 0xff) at += 1;
		else if (isRestart(code) || code === marker.tem) at += 2;
		else if (code === marker.sos || code === marker.eoi || code === marker.soi) return null;
		else {
			const size = ((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0);
			if (size < 2) return null;
			if (isStartOfFrame(code)) {
				if (size < 8 || at + 10 > file.length) return null;
				const [precision = 0, height1 = 0, height0 = 0, width1 = 0, width0 = 0, components = 0] = file.subarray(at + 4);
				const height = (height1 << 8) | height0;
				const width = (width1 << 8) | width0;
				return { process: code & 15, precision, width, height, components, scans: countScans(file, at + 2 + size) };
			}
			at += 2 + size;
		}
	}
	return null;
};
