/** tinyh264: h264bsd in WebAssembly, the H.264 decoder of npm that needs no browser. Baseline alone, CAVLC and 4:2:0. */
import { joinAnnexB, splitAnnexB } from '../src/shared/h264/annex-b.ts';

// Its glue code takes what has a `self` for a web worker, and what has not for a page.
Object.assign(globalThis, { self: globalThis, location: { href: import.meta.url }, importScripts: () => {} });

/** Decodes an access unit. @throws Error when no picture comes out */
export type DecodeBaseline = (frame: Uint8Array) => void;

export const startTinyH264 = async (): Promise<DecodeBaseline> => {
	const { default: start } = await import('tinyh264/lib/TinyH264.js');
	const { default: TinyH264Decoder } = await import('tinyh264/lib/TinyH264Decoder.js');
	let pictures = 0;
	const decoder = new TinyH264Decoder(await start(), () => {
		pictures++;
	});
	return (frame) => {
		const before = pictures;
		for (const nal of splitAnnexB(frame)) decoder.decode(joinAnnexB([nal]));
		if (pictures === before) throw new Error('tinyh264 gives no picture');
	};
};
