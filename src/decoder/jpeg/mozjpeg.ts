/**
 * libjpeg as @jsquash/jpeg compiles it: a file in, RGBA out. It makes up what a damaged file lacks and only warns, on
 * "standard error"; that is where damage is noticed.
 *
 * Every file gets a fresh instance, or one that is as good as fresh: `instance-keeper.ts`. As with ogv, the glue is
 * asynchronous in form only.
 */
import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { LivestillError } from '../../shared/errors.ts';
import type { InstanceKeeper, StartedModule } from '../instance-keeper.ts';
import type { CoreInstance, Instantiate } from '../instantiate.ts';

export interface RgbaPicture {
	readonly data: Uint8ClampedArray;
	readonly width: number;
	readonly height: number;
}

interface MozjpegModule {
	decode(file: Uint8Array, preserveOrientation: boolean): RgbaPicture | null;
	/** Called with lines of "standard error". */
	warn: (line: string) => void;
}

/** The decoder's idea of a picture is a browser's. */
class PlainImageData implements RgbaPicture {
	readonly data: Uint8ClampedArray;
	readonly width: number;
	readonly height: number;

	constructor(data: Uint8ClampedArray, width: number, height: number) {
		this.data = data;
		this.width = width;
		this.height = height;
	}
}

/** @throws whatever `instantiate` throws: that is not the file's fault */
const startModule = (instantiate: Instantiate): StartedModule<MozjpegModule> => {
	const scope = globalThis as { ImageData?: unknown };
	scope.ImageData ??= PlainImageData;
	let failure: unknown = null;
	let started: CoreInstance | null = null;
	const module = {
		warn: (_line: string): void => {},
		print: () => {},
		printErr: (line: string) => module.warn(line),
		// Else it asks where it is itself, which a Worker does not know.
		locateFile: () => '',
		instantiateWasm: (imports: object, receive: (instance: CoreInstance) => void): object => {
			try {
				const instance = instantiate(imports);
				started = instance;
				receive(instance);
				return instance.exports;
			} catch (error) {
				failure = error ?? new Error('the module was not instantiated');
				return {};
			}
		},
	};
	void mozjpeg(module).catch(() => {});
	if (started === null || failure !== null) throw failure;
	return { module: module as unknown as MozjpegModule, instance: started };
};

// Cameras fill up the last bytes before the end marker; libjpeg counts them.
const padding = /^Corrupt JPEG data: ([0-9]+) extraneous bytes before marker 0xd9$/;

const isPadding = (warning: string, file: Uint8Array): boolean => {
	const count = Number(padding.exec(warning)?.[1] ?? 0);
	const end = file.findLastIndex((byte, at) => byte === 0xd9 && file[at - 1] === 0xff) - 1;
	if (count === 0 || end < count) return false;
	const filler = file[end - 1];
	return (filler === 0 || filler === 0xff) && file.subarray(end - count, end).every((byte) => byte === filler);
};

/** @throws LivestillError `FRAME_DAMAGED` with what libjpeg said */
const decodeFile = (module: MozjpegModule, file: Uint8Array): RgbaPicture => {
	let damage: string | null = null;
	module.warn = (line) => {
		if (!isPadding(line, file)) damage ??= line;
	};
	const refuse = (cause?: unknown): never => {
		throw new LivestillError('FRAME_DAMAGED', damage ?? 'the decoder gave up on the JPEG file', { cause });
	};
	try {
		const picture = module.decode(file, false);
		return picture === null || damage !== null ? refuse() : picture;
	} catch (cause) {
		return refuse(cause);
	}
};

/**
 * Decodes a file that has passed all checks of its header.
 *
 * @throws LivestillError `FRAME_DAMAGED` with what libjpeg said
 */
export type JpegDecode = (file: Uint8Array) => RgbaPicture;

export const createMozjpegDecoder =
	(instantiate: Instantiate, keeper: InstanceKeeper): JpegDecode =>
	(file) =>
		keeper.use(
			'jpeg',
			() => startModule(instantiate),
			(module) => decodeFile(module, file),
		);
