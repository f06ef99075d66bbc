/** Cropped planes of a picture, packed: what conformance hashes are made of. */
import type { Picture } from '../src/decoder/picture.ts';

/** Rows of Y, U and V in turn; 16-bit little endian when any bit depth exceeds 8. */
export function* packedRows(picture: Picture): Generator<Uint8Array> {
	const wide = picture.bitDepthLuma > 8 || picture.bitDepthChroma > 8;
	const { crop, chromaFormat } = picture;
	for (const [index, plane] of picture.planes.entries()) {
		const subX = index > 0 && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1;
		const subY = index > 0 && chromaFormat === 1 ? 2 : 1;
		const width = Math.ceil(crop.width / subX);
		for (let y = 0; y < Math.ceil(crop.height / subY); y++) {
			const from = (Math.floor(crop.top / subY) + y) * plane.stride + Math.floor(crop.left / subX);
			const row = plane.data.subarray(from, from + width);
			yield wide ? new Uint8Array(Uint16Array.from(row).buffer) : Uint8Array.from(row);
		}
	}
}
