/**
 * The parameters of a preview URL: one table for the parser, the OpenAPI document and the command line. Aliases are what
 * users of other systems know: go2rtc, ZLMediaKit, Mux, Frigate.
 */
import { defaultQuality, largestSide, qualityStep } from './ladder.ts';

/** The part of JSON Schema that describes a parameter. */
export interface ParameterSchema {
	readonly type: 'integer' | 'number' | 'string' | 'boolean';
	readonly minimum?: number;
	readonly maximum?: number;
	readonly enum?: readonly (string | number)[];
	readonly default?: string | number | boolean;
}

export interface PreviewParameter {
	readonly aliases: readonly string[];
	readonly schema: ParameterSchema;
	readonly description: string;
}

const side = { type: 'integer', minimum: 0, maximum: largestSide } as const;
const sideRule = 'pixels, after rotation; rounded up to the size ladder; 0 counts as absent; never enlarged';

export const previewParameters = {
	width: { aliases: ['w'], schema: side, description: `Greatest width in ${sideRule}.` },
	height: { aliases: ['h'], schema: side, description: `Greatest height in ${sideRule}.` },
	fit: {
		aliases: ['fit_mode'],
		schema: {
			type: 'string',
			enum: ['contain', 'scale-down', 'cover', 'fill', 'preserve', 'letterbox', 'crop', 'stretch'],
			default: 'contain',
		},
		description:
			'What to do with a box of another shape than the picture. contain (scale-down, preserve, letterbox): the whole picture inside the box. cover (crop): the box, what sticks out is cut off. fill (stretch): the box, distorted.',
	},
	rotate: {
		aliases: [],
		schema: { type: 'integer', enum: [0, 90, 180, 270, -90, -180, -270], default: 0 },
		description: 'Degrees clockwise, besides the rotation that the publisher says.',
	},
	quality: {
		aliases: ['q'],
		schema: { type: 'integer', minimum: 1, maximum: 100, default: defaultQuality },
		description: `Quality of JPEG and WebP, rounded up to a multiple of ${qualityStep}.`,
	},
	max_age: {
		aliases: ['cache', 'expire_sec'],
		schema: { type: 'number', minimum: 0, maximum: 86_400 },
		description:
			'Greatest age of the keyframe in seconds. An older one is replaced by a fresher one from the ingest node; where there is none, the answer is FRAME_TOO_OLD.',
	},
	time: {
		aliases: [],
		schema: { type: 'string' },
		description:
			'A moment: epoch seconds (fractions allowed), epoch milliseconds (13 digits) or ISO 8601 with a time zone. The nearest keyframe that is kept, also of a stream that has ended, or FRAME_NOT_FOUND when there is none near. Not together with latest and max_age.',
	},
	within: {
		aliases: [],
		schema: { type: 'number', minimum: 0, maximum: 3600 },
		description:
			'Seconds that the keyframe may be away from time. Unless given 10, or the interval in which keyframes are kept if that is more.',
	},
	from: {
		aliases: [],
		schema: { type: 'string' },
		description: 'Animations and storyboards: the beginning, a moment like time.',
	},
	to: {
		aliases: [],
		schema: { type: 'string' },
		description: 'Animations and storyboards: the end, a moment like time. Now unless from is given.',
	},
	interval: {
		aliases: [],
		schema: { type: 'number', minimum: 0.001, maximum: 3600 },
		description:
			'Animations and storyboards: seconds from one picture to the next, rounded up to 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800 or 3600. Unless given, what keyframes are apart.',
	},
	frames: {
		aliases: [],
		schema: { type: 'integer', minimum: 2, maximum: 50, default: 10 },
		description: 'Animations: greatest number of pictures.',
	},
	fps: {
		aliases: [],
		schema: { type: 'number', minimum: 0.1, maximum: 20, default: 2 },
		description: 'Animations: pictures shown in a second.',
	},
	tiles: {
		aliases: [],
		schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
		description: 'Storyboards: greatest number of tiles.',
	},
	latest: {
		aliases: [],
		schema: { type: 'boolean' },
		description: 'true: the newest keyframe, whatever it shows.',
	},
	placeholder: {
		aliases: [],
		schema: { type: 'boolean', default: false },
		description: 'true: an error comes as a picture (SVG), with the status of the error.',
	},
	exp: {
		aliases: [],
		schema: { type: 'integer', minimum: 1, maximum: 99_999_999_999 },
		description: 'Signed URLs: epoch seconds until which the signature is valid.',
	},
	kid: { aliases: [], schema: { type: 'string' }, description: 'Signed URLs: which key has signed.' },
	prefix: {
		aliases: [],
		schema: { type: 'string' },
		description: 'Signed URLs: the signature is good for all streams whose name begins so.',
	},
	sig: {
		aliases: [],
		schema: { type: 'string' },
		description: 'Signed URLs: HMAC-SHA256 in base64url. The last parameter.',
	},
} as const satisfies Readonly<Record<string, PreviewParameter>>;

export type ParameterName = keyof typeof previewParameters;

const names = new Map<string, ParameterName>();
for (const name of Object.keys(previewParameters) as ParameterName[])
	for (const spelling of [name, ...previewParameters[name].aliases]) names.set(spelling, name);

/** The parameter behind a spelling, or `null` when there is none. */
export const parameterOf = (spelling: string): ParameterName | null => names.get(spelling) ?? null;
