/**
 * libvpx and dav1d as ogv compiles them. The package is made for players in browsers; what is used of it is one frame in,
 * planes out.
 *
 * Every frame gets a fresh instance, or one that is as good as fresh: `instance-keeper.ts`.
 *
 * The glue is asynchronous in form only: with a synchronous `instantiateWasm` everything is done when a call returns.
 */
import av1 from 'ogv/dist/ogv-decoder-video-av1-simd-wasm.js';
import vp8 from 'ogv/dist/ogv-decoder-video-vp8-wasm.js';
import vp9 from 'ogv/dist/ogv-decoder-video-vp9-wasm.js';
import { LivestillError } from '../../shared/errors.ts';
import type { InstanceKeeper, StartedModule } from '../instance-keeper.ts';
import type { CoreInstance, Instantiate } from '../instantiate.ts';
import type { Plane } from '../picture.ts';

const factories = { vp8, vp9, av1 } as const;

interface OgvPlane {
	readonly bytes: Uint8Array;
	readonly stride: number;
}

interface OgvFrame {
	readonly format: {
		readonly width: number;
		readonly height: number;
		readonly chromaWidth: number;
		readonly chromaHeight: number;
		readonly cropWidth: number;
		readonly cropHeight: number;
	};
	readonly y: OgvPlane;
	readonly u: OgvPlane;
	readonly v: OgvPlane;
}

interface OgvModule {
	init(done: () => void): void;
	processFrame(frame: ArrayBuffer, done: (isGood: number) => void): void;
	frameBuffer: OgvFrame | null;
}

/** @throws whatever `instantiate` throws: that is not the frame's fault */
const startModule = (codec: keyof typeof factories, instantiate: Instantiate): StartedModule<OgvModule> => {
	let failure: unknown = null;
	let started: CoreInstance | null = null;
	const module = {
		// Has to be there; what the frame itself says comes first.
		videoFormat: {},
		print: () => {},
		printErr: () => {},
		instantiateWasm: (imports: object, receive: (instance: CoreInstance) => void): object => {
			try {
				const instance = instantiate(imports);
				started = instance;
				receive(instance);
				return instance.exports;
			} catch (error) {
				// Thrown from here, it would make the glue fetch the module from somewhere.
				failure = error ?? new Error('the module was not instantiated');
				return {};
			}
		},
	};
	// Its promise says nothing that the lines below do not.
	void factories[codec](module).catch(() => {});
	if (started === null || failure !== null) throw failure;
	return { module: module as unknown as OgvModule, instance: started };
};

const planesOf = ({ format, y, u, v }: OgvFrame): Plane[] => [
	{ data: y.bytes, stride: y.stride, width: format.width, height: format.height },
	{ data: u.bytes, stride: u.stride, width: format.chromaWidth, height: format.chromaHeight },
	{ data: v.bytes, stride: v.stride, width: format.chromaWidth, height: format.chromaHeight },
];

/** The glue belongs to the last frame, too. */
const forgetFrame = (module: OgvModule): void => {
	module.frameBuffer = null;
};

/** @throws LivestillError `FRAME_DAMAGED` */
const decodeFrame = (module: OgvModule, codec: string, frame: Uint8Array, size: FrameSize): Plane[] => {
	let isGood = 0;
	try {
		forgetFrame(module);
		module.init(() => {});
		// A copy of exact size: the glue takes the whole buffer.
		module.processFrame(frame.slice().buffer, (result) => {
			isGood = result;
		});
	} catch (cause) {
		throw new LivestillError('FRAME_DAMAGED', 'the decoder gave up on the bitstream', { cause });
	}
	const { frameBuffer } = module;
	if (isGood !== 1 || frameBuffer === null)
		throw new LivestillError('FRAME_DAMAGED', `the ${codec.toUpperCase()} keyframe does not decode whole`);
	const { cropWidth, cropHeight } = frameBuffer.format;
	if (cropWidth !== size.width || cropHeight !== size.height)
		throw new LivestillError('FRAME_DAMAGED', `the frame is ${cropWidth} × ${cropHeight}, unlike its header`);
	return planesOf(frameBuffer);
};

interface FrameSize {
	readonly width: number;
	readonly height: number;
}

/**
 * Decodes one frame that has passed all checks of its header. The planes are copies.
 *
 * @param size what the header promises; planes of any other size are refused
 * @throws LivestillError `FRAME_DAMAGED`
 */
export type OgvDecode = (frame: Uint8Array, size: FrameSize) => Plane[];

export const createOgvDecoder =
	(codec: keyof typeof factories, instantiate: Instantiate, keeper: InstanceKeeper): OgvDecode =>
	(frame, size) =>
		keeper.use(
			codec,
			() => startModule(codec, instantiate),
			(module) => decodeFrame(module, codec, frame, size),
		);
