/** The exports of `core/index.ts`, compiled to WebAssembly: everything per pixel. Addresses are offsets in `memory`. */
export interface ImageCore {
	readonly memory: { readonly buffer: ArrayBuffer };
	/** Pixels of the widest row. */
	widest(): number;
	/** A row of R, G, B, A; even and odd rows take turns. */
	rowAddress(parity: number): number;
	/** A row of samples of plane 0, 1 or 2, one or two bytes each. */
	samplesAddress(plane: number): number;

	/** Channel 0, 1 or 2 becomes `(y * Y + u * U + v * V + bias) >> fraction`; weights have 16 bits. */
	setChannel(channel: number, y: number, u: number, v: number, bias: number): void;
	/** By how many bits samples of luma and chroma are shifted to the left and to the right before they are weighted. */
	setDepths(lumaUp: number, lumaDown: number, chromaUp: number, chromaDown: number, fraction: number): void;
	/** Makes the samples of three planes the row at `rowAddress(parity)`. */
	convertRow(parity: number, width: number, chromaShift: number, wide: boolean): void;

	/** Of columns: 32-bit words, words and floats. */
	firstsAddress(): number;
	beginsAddress(): number;
	weightsAddress(): number;
	mostWeights(): number;
	/** Adds `weight` times the row of plane 0 to the mixture; the first row begins one. */
	mixRow(width: number, weight: number, isFirst: boolean, wide: boolean): void;
	/** Makes the mixture a row of plane 1. */
	mixColumns(count: number, wide: boolean): void;

	/** Greatest number of bytes for {@link deflateBlock}. */
	blockSize(): number;
	blockAddress(): number;
	deflatedAddress(): number;
	/** Begins a zlib stream. Returns how many bytes of it are at `deflatedAddress()`. */
	startDeflate(): number;
	/** Deflates the bytes at `blockAddress()`. Returns how many there are at `deflatedAddress()`. */
	deflateBlock(size: number, isLast: boolean): number;

	filteredAddress(): number;
	/** Makes the row above the next one zeros. */
	startPicture(): void;
	/** Makes the row of RGBA at `rowAddress(parity)` a scanline at `filteredAddress()`; the other row is the one above it. */
	filterRow(parity: number, width: number): void;
	/** The same, for the next bytes to be deflated. There is room for one when less than a block waits. */
	deflateRow(parity: number, width: number): void;
	/** How many bytes of scanlines wait to be deflated. */
	waitingBytes(): number;
	/** Deflates a block of them, or all if there are less: only then `isLast` counts. Returns how many bytes there are at `deflatedAddress()`. */
	deflateWaiting(isLast: boolean): number;
}

/** Gives the one instance. */
export type GetImageCore = () => ImageCore;

/** @param instantiate is called once, for the first picture */
export const onFirstUse = (instantiate: () => ImageCore): GetImageCore => {
	let core: ImageCore | null = null;
	return () => {
		core ??= instantiate();
		return core;
	};
};

/** @throws RangeError for rows wider than the core takes */
export const checkRow = (core: ImageCore, width: number): void => {
	if (width > core.widest()) throw new RangeError(`the picture is ${width} wide, at most ${core.widest()} are drawn`);
};
