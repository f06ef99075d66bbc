declare module 'tinyh264/lib/TinyH264.js' {
	/** An Emscripten module. */
	export default function start(): Promise<object>;
}

declare module 'tinyh264/lib/TinyH264Decoder.js' {
	export default class TinyH264Decoder {
		constructor(module: object, onPicture: (planes: Uint8Array, width: number, height: number) => void);
		/** One NAL unit behind its start code. */
		decode(nal: Uint8Array): void;
	}
}
