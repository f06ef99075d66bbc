/** The application with real routes, use cases, R2 and Cache API, and a decoder and an image encoder that count. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createApp } from '../../../src/app.ts';
import type { Decoder } from '../../../src/decoder/index.ts';
import type { Picture, Plane } from '../../../src/decoder/picture.ts';
import type { Guard } from '../../../src/http/guard.ts';
import { createPreviewAccess } from '../../../src/preview/access.ts';
import { createDecodedMemory } from '../../../src/preview/decoded-memory.ts';
import { createGlances } from '../../../src/preview/glances.ts';
import { createHopelessKeyframes } from '../../../src/preview/good-frame.ts';
import { createLiveList } from '../../../src/preview/live-list.ts';
import { createSequenceTaker, type SequenceImaging } from '../../../src/preview/sequence.ts';
import { createCueLister } from '../../../src/preview/storyboard.ts';
import { createPreviewTaker } from '../../../src/preview/take.ts';
import type { MetricsAccess } from '../../../src/routes/metrics.ts';
import type { Subtle } from '../../../src/shared/control/key.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import type { Verdict } from '../../../src/shared/preview/verdict.ts';
import type { Clock } from '../../../src/snapshot/await-keyframe.ts';
import { createFailureMemory } from '../../../src/snapshot/failure-memory.ts';
import { createStreamFinder } from '../../../src/snapshot/find.ts';
import { createSnapshotTaker, type Imaging } from '../../../src/snapshot/take.ts';
import { createPictureCache } from '../../../src/store/cache-api.ts';
import { createGoodKeyframes, createHeldKeyframes } from '../../../src/store/good-keyframes.ts';
import { createPictureMemory, type PictureMemory } from '../../../src/store/picture-memory.ts';
import type { IngestNodes } from '../../../src/store/ports.ts';
import { createR2KeyframeHistory, createR2KeyframeSource } from '../../../src/store/r2.ts';

const grey: Picture = {
	planes: [{ data: new Uint8Array(64 * 48).fill(128), stride: 64, width: 64, height: 48 }],
	chromaFormat: 0,
	bitDepthLuma: 8,
	bitDepthChroma: 8,
	crop: { left: 0, top: 0, width: 64, height: 48 },
	fields: 'none',
	sampleAspectRatio: { width: 1, height: 1 },
	colour: { colourPrimaries: 2, transferCharacteristics: 2, matrixCoefficients: 2, fullRange: false },
	chromaSampleLocation: 0,
};

/** Bodies that start with these bytes give pictures that are no good. */
export const flawedBytes = { black: 0xb0, white: 0xb1, flat: 0xb2 } as const;
const verdictOf = new Map<number, Verdict>(Object.entries(flawedBytes).map(([flaw, byte]) => [byte, flaw as Verdict]));

/** Bodies that start with this byte are damaged, as {@link stubDecoder} sees it. */
export const damagedByte = 0xdd;

const stubDecoder = (onDecode: () => void): Decoder => ({
	decode: (codec, body, acceptDamaged) => {
		onDecode();
		if (codec !== 'h264') throw new LivestillError('UNSUPPORTED_CODEC', `no decoder for ${codec}`);
		if (body[0] === damagedByte && acceptDamaged) return { ...grey, damage: { missing: 5, total: 12 } };
		if (body[0] === damagedByte) throw new LivestillError('FRAME_DAMAGED', 'a stub does not like this byte');
		const [luma] = grey.planes as readonly [Plane];
		return { ...grey, planes: [{ ...luma, data: new Uint8Array(luma.data.length).fill(body[0] ?? 0) }] };
	},
});

/** An encoder whose "PNG" tells what it was asked for. */
const stubImaging: Imaging = {
	toRgba: (picture, options) => {
		const width = options.width ?? picture.crop.width;
		const height = options.height ?? picture.crop.height;
		return { data: Uint8Array.of(options.rotation / 90), width, height };
	},
	encodePng: ({ data, width, height }) => Uint8Array.of(...data, width, height),
};

const toBytes = (value: unknown): Uint8Array<ArrayBuffer> =>
	new TextEncoder().encode(JSON.stringify(value)) as Uint8Array<ArrayBuffer>;

/** An encoder whose "file" tells in JSON what it was asked for. */
const stubPreviewImaging: SequenceImaging = {
	toRgba: (_picture, options) => ({
		data: new TextEncoder().encode(JSON.stringify(options)) as Uint8Array<ArrayBuffer>,
		width: options.width ?? 64,
		height: options.height ?? 48,
	}),
	judge: ({ planes: [luma] }) => verdictOf.get((luma?.data[0] ?? 0) as number) ?? 'good',
	encode: (format, { data }, quality) =>
		new TextEncoder().encode(
			JSON.stringify({ format, quality, ...JSON.parse(new TextDecoder().decode(data)) }),
		) as Uint8Array<ArrayBuffer>,
	startAnimation: (width, height) => {
		const frames: unknown[] = [];
		return {
			add: (data) => frames.push(JSON.parse(new TextDecoder().decode(data))),
			size: 0,
			frames: 0,
			finish: (delay) => toBytes({ width, height, delay, frames }),
		};
	},
	createSprite: (layout) => {
		const tiles: Record<number, unknown> = {};
		const { columns, rows, width, height } = layout;
		return {
			image: {
				get data() {
					return toBytes({ layout, tiles });
				},
				...{ width: columns * width, height: rows * height },
			},
			place: (tile, { data }) => {
				tiles[tile] = JSON.parse(new TextDecoder().decode(data));
			},
		};
	},
};

export interface AppParts {
	readonly decoder?: Decoder;
	readonly imaging?: Imaging;
	readonly previewImaging?: Partial<SequenceImaging>;
	readonly clock?: Clock;
	readonly cache?: Cache;
	readonly bucket?: R2Bucket;
	readonly memory?: PictureMemory;
	readonly nodes?: IngestNodes;
	readonly refreshAge?: number;
	readonly previewKeys?: ReadonlyMap<string, string>;
	readonly guard?: Guard;
	readonly metrics?: MetricsAccess;
	/** Called for each list of the bucket. */
	readonly onList?: () => void;
	/** Called for each list of what is kept of a stream. */
	readonly onHistoryList?: () => void;
}

export const startApp = (parts: AppParts = {}) => {
	const counts = { decodes: 0, gets: 0 };
	const bucket = parts.bucket ?? env.KEYFRAMES;
	const source = createR2KeyframeSource(bucket);
	const keyframes: typeof source = {
		...source,
		newest: (name) => {
			counts.gets += 1;
			return source.newest(name);
		},
		list: () => {
			parts.onList?.();
			return source.list();
		},
	};
	const kept = createR2KeyframeHistory(bucket);
	const history: typeof kept = {
		...kept,
		list: (...range) => {
			parts.onHistoryList?.();
			return kept.list(...range);
		},
	};
	const decoder = parts.decoder ?? stubDecoder(() => (counts.decodes += 1));
	const clock = parts.clock ?? { now: () => Date.now(), sleep: (ms) => new Promise((done) => setTimeout(done, ms)) };
	const failures = createFailureMemory();
	const memory = parts.memory ?? createPictureMemory(1_000_000);
	const cache = parts.cache ?? caches.default;
	const goodMemory = createHeldKeyframes(1_000_000);
	const hopeless = createHopelessKeyframes();
	const glances = createGlances(clock.now);
	const listLive = createLiveList(clock.now);
	const decoded = createDecodedMemory(1_000_000);
	const previewAccess = createPreviewAccess({
		keys: parts.previewKeys ?? null,
		subtle: crypto.subtle as unknown as Subtle,
		now: clock.now,
	});
	const { guard, metrics } = parts;
	const observers = { metrics, ...(guard !== undefined && { guard }) };
	const past = { keyframes, history, now: clock.now };
	const app = createApp((_env, waitUntil) => {
		const common = {
			...{ keyframes, failures, decoder, clock, nodes: parts.nodes ?? null, refreshAge: parts.refreshAge },
			pictures: createPictureCache({ cache, memory, waitUntil }),
		};
		const previewImaging = { ...stubPreviewImaging, ...parts.previewImaging };
		return {
			takeSnapshot: createSnapshotTaker({ ...common, imaging: parts.imaging ?? stubImaging }),
			findStreams: createStreamFinder(keyframes, clock.now),
			takePreview: createPreviewTaker({
				...common,
				...{ imaging: previewImaging, decoded, glances, history, hopeless },
				good: createGoodKeyframes({ cache, memory: goodMemory, waitUntil }),
			}),
			takeSequence: createSequenceTaker({ ...common, ...past, imaging: previewImaging }),
			listCues: createCueLister(past),
			previewAccess,
			listLive,
			now: clock.now,
		};
	}, observers);

	/** One request; background work is done when it resolves. */
	const request = async (path: string, init?: RequestInit): Promise<Response> => {
		const context = createExecutionContext();
		const response = await app.fetch(new Request(`http://livestill.test${path}`, init), env, context);
		await waitOnExecutionContext(context);
		return response;
	};
	const snapshot = (body: unknown): Promise<Response> =>
		request('/rest-api/stream/snapshot', { method: 'POST', body: JSON.stringify(body) });
	return { request, snapshot, counts };
};

/** What an answer says: status and error code, `null` for none. */
export const verdict = async (response: Response): Promise<{ status: number; code: string | null }> => {
	const body = (await response.json()) as { error?: { code: string; status: number; requestId: string } };
	return { status: response.status, code: body.error?.code ?? null };
};
