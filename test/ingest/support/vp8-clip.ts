/** A "clip" whose frames are VP8 by their headers: enough for everything that does not decode. */
export const vp8Clip = (pictures = 30, keyframeEvery = 10, bytes = 200): Uint8Array[] =>
	Array.from({ length: pictures }, (_, index) => {
		const frame = new Uint8Array(bytes).fill(index);
		frame.set(index % keyframeEvery === 0 ? [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0, 0x30, 0] : [0x11, 0, 0]);
		return frame;
	});
