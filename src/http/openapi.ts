/** The OpenAPI 3.1 document, made of what the routes parse by: parameters, fields, limits and the table of errors. */
import { codecs } from '../shared/codec.ts';
import { type ErrorCode, errorCodes, LivestillError } from '../shared/errors.ts';
import { type AnswerKind, strayParameters } from '../shared/preview/answer-kinds.ts';
import { mediaTypeOf, previewFormats } from '../shared/preview/format.ts';
import { previewParameters } from '../shared/preview/parameters.ts';
import { spriteFormats } from '../shared/preview/sequence-path.ts';
import { publicError } from './errors.ts';
import { snapshotFields } from './snapshot-fields.ts';

type Json = Readonly<Record<string, unknown>>;

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ 'application/json': { schema } });

const header = (description: string, type = 'string'): Json => ({ description, schema: { type } });

/** Answers with these codes, by status. */
const errorAnswers = (as: 'wcs' | 'get', ...codes: readonly ErrorCode[]): Json => {
	const byStatus = new Map<string, ErrorCode[]>();
	for (const code of codes) {
		const status = String(publicError(new LivestillError(code, ''), as).status);
		byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
	}
	const headers = as === 'get' && { headers: { 'X-Snapshot-Error': header('The code.') } };
	const answers = [...byStatus].map(([status, list]) => [
		status,
		{ description: list.join(', '), ...headers, content: json(reference('Error')) },
	]);
	return Object.fromEntries(answers);
};

const ofPictures = ['STREAM_NOT_FOUND', 'NO_KEYFRAME', 'FRAME_TOO_OLD', 'FRAME_DAMAGED', 'FRAME_TOO_LARGE'] as const;
const ofDecoders = [
	'UNSUPPORTED_CODEC',
	'UNSUPPORTED_FEATURE',
	'OBJECT_INVALID',
	'STORE_UNAVAILABLE',
	'INTERNAL',
] as const;

/** What stands before all routes. */
const ofEverything = ['TOO_MANY_REQUESTS', 'NOT_CONFIGURED'] as const;
/** Where `API_TOKENS` is set. */
const ofGuards = ['UNAUTHORIZED', 'FORBIDDEN', ...ofEverything] as const;
const securitySchemes = {
	bearer: { type: 'http', scheme: 'bearer', description: 'An API token, where the operator has made any.' },
	basic: { type: 'http', scheme: 'basic', description: 'The same as the password of any user.' },
};
// The empty one: a server without tokens is for everybody.
const security = [{ bearer: [] }, { basic: [] }, {}];

const parameter = (name: string, schema: Json, description: string, where = 'query'): Json => ({
	...{ name, in: where, description, schema },
	...(where === 'path' && { required: true }),
});

const streamNameInPath = parameter(
	'streamName',
	{ type: 'string', minLength: 1, maxLength: 200 },
	'Name of the stream, percent-encoded.',
	'path',
);

const previewQuery = (kind: AnswerKind): readonly Json[] =>
	Object.entries(previewParameters)
		.filter(([name]) => !strayParameters[kind].some((stray) => stray === name))
		.map(([name, { schema, description, aliases }]) => ({
			...parameter(name, schema, description + (aliases.length === 0 ? '' : ` Also ${aliases.join(', ')}.`)),
			...(schema.type === 'boolean' && { allowEmptyValue: true }),
		}));

const previewHeaders = {
	'X-Snapshot-Timestamp': header('Epoch milliseconds of the capture.', 'integer'),
	'X-Snapshot-Keyframe': header('Identity of the keyframe: {session}-{sequence}.'),
	'X-Snapshot-Width': header('Pixels.', 'integer'),
	'X-Snapshot-Height': header('Pixels.', 'integer'),
	'X-Snapshot-Chosen': header(
		'Whether the newest keyframe is shown or an earlier one, and why: newest, earlier;newest-is=black and so on.',
	),
	'X-Snapshot-Tone-Mapped': header('pq or hlg: the stream has a high dynamic range, the picture has not.'),
	'X-Snapshot-Stale': header('true when the keyframe is older than it should be.'),
	'Server-Timing': header('Where the time went.'),
	ETag: header('Keyframe and options.'),
};

const { 'X-Snapshot-Width': _, 'X-Snapshot-Height': __, ...notModifiedHeaders } = previewHeaders;

const integer = { type: 'integer' };
const text = { type: 'string' };
const picture = { type: 'string', format: 'binary' };

const previewAnswers = (types: readonly string[]): Json => ({
	'200': {
		description: 'The picture.',
		headers: previewHeaders,
		content: Object.fromEntries(types.map((type) => [type, { schema: picture }])),
	},
	'304': { description: 'The client has it.', headers: notModifiedHeaders },
	...errorAnswers(
		'get',
		...([
			'INVALID_PARAMETER',
			'INVALID_STREAM_NAME',
			'SIGNATURE_INVALID',
			'SIGNATURE_EXPIRED',
			'FRAME_NOT_FOUND',
		] as const),
		...ofEverything,
		...ofPictures,
		...ofDecoders,
	),
});

const preview = (id: string, summary: string, types: readonly string[], more: readonly Json[] = []): Json => ({
	get: {
		...{ operationId: id, summary, tags: ['previews'] },
		parameters: [streamNameInPath, ...more, ...previewQuery('picture')],
		responses: previewAnswers(types),
	},
});

const formatInPath = parameter('format', { type: 'string', enum: previewFormats }, 'Format.', 'path');

const ofSequences = {
	'X-Snapshot-Timestamp': header('Epoch milliseconds of the last capture.', 'integer'),
	'X-Snapshot-From': header('Epoch milliseconds at which the time begins that is shown.', 'integer'),
	'X-Snapshot-To': header('Epoch milliseconds at which it ends.', 'integer'),
	'Server-Timing': header('Where the time went.'),
	ETag: header('Keyframes and options.'),
};
const sizeHeaders = {
	'X-Snapshot-Width': header('Pixels.', 'integer'),
	'X-Snapshot-Height': header('Pixels.', 'integer'),
};

/** An answer that many kept keyframes are in. */
const sequence = (
	id: string,
	summary: string,
	{
		kind,
		types,
		more = [],
	}: { readonly kind: AnswerKind; readonly types: readonly string[]; readonly more?: readonly Json[] },
): Json => ({
	get: {
		...{ operationId: id, summary, tags: ['previews'] },
		parameters: [streamNameInPath, ...more, ...previewQuery(kind)],
		responses: {
			...previewAnswers(types),
			'200': {
				description: 'What was kept of that time.',
				headers: kind === 'cues' ? ofSequences : { ...ofSequences, ...sizeHeaders },
				content: Object.fromEntries(types.map((type) => [type, { schema: type === 'text/vtt' ? text : picture }])),
			},
			'304': { description: 'The client has it.', headers: ofSequences },
		},
	},
});

const spriteFormatInPath = parameter('format', { type: 'string', enum: spriteFormats }, 'Format.', 'path');

const filters = {
	name: { type: 'string', description: 'Only the stream of this name.' },
	streamName: { type: 'string', description: 'The same as name, which goes first where both are given.' },
	mediaSessionId: { type: 'string', description: 'Only the stream of this publish, a UUID.' },
	status: { type: 'string', description: 'PUBLISHING, as all live streams are; anything else finds none.' },
	published: { type: 'boolean', description: 'true, as all live streams are; false finds none.' },
};

const ofLists = [...ofGuards, 'STREAM_NOT_FOUND', 'STORE_UNAVAILABLE', 'INTERNAL'] as const;
const ofFilters = ['INVALID_PARAMETER', 'INVALID_STREAM_NAME', 'OBJECT_INVALID'] as const;
const ofBodies = ['INVALID_JSON', 'BODY_TOO_LARGE', 'REQUEST_TIMEOUT'] as const;

const listAnswers = (...codes: readonly ErrorCode[]): Json => ({
	'200': { description: 'Live streams.', content: json({ type: 'array', items: reference('Stream') }) },
	...errorAnswers('wcs', ...codes, ...ofLists),
});

const filterInQuery = ([name, { description, ...schema }]: [string, (typeof filters)[keyof typeof filters]]): Json =>
	parameter(name, schema, description);

const listOperations = (id: string, summary: string, isFiltered: boolean): Json => ({
	get: {
		...{ operationId: `${id}Get`, summary, tags: ['streams'], security },
		...(isFiltered && { parameters: Object.entries(filters).map(filterInQuery) }),
		responses: isFiltered ? listAnswers(...ofFilters) : listAnswers(),
	},
	post: {
		...{ operationId: id, summary, tags: ['streams'], security },
		...(isFiltered && { requestBody: { required: true, content: json({ type: 'object', properties: filters }) } }),
		responses: isFiltered ? listAnswers(...ofBodies, ...ofFilters) : listAnswers(),
	},
});

const paths = {
	'/rest-api/stream/snapshot': {
		post: {
			...{
				operationId: 'snapshot',
				summary: 'A picture of a live stream, compatible with Flashphoner WCS',
				tags: ['snapshots'],
				security,
			},
			requestBody: {
				required: true,
				content: json({ type: 'object', required: ['streamName'], properties: snapshotFields }),
			},
			responses: {
				'200': { description: 'The picture.', content: json(reference('Snapshot')) },
				...errorAnswers(
					'wcs',
					...ofGuards,
					...ofBodies,
					...(['INVALID_PARAMETER', 'INVALID_STREAM_NAME'] as const),
					...ofPictures,
					...ofDecoders,
				),
			},
		},
	},
	'/rest-api/stream/find': listOperations('find', 'Live streams that match a filter', true),
	'/rest-api/stream/find_all': listOperations('findAll', 'All live streams', false),
	'/preview/{streamName}.{format}': preview('preview', 'A preview of a live stream', previewFormats.map(mediaTypeOf), [
		formatInPath,
	]),
	'/preview/{streamName}': preview(
		'previewNegotiated',
		'A preview in the format that Accept likes best',
		previewFormats.map(mediaTypeOf),
	),
	'/preview/{streamName}/{keyframe}.{format}': preview(
		'previewOfKeyframe',
		'A preview of one keyframe; never changes',
		previewFormats.map(mediaTypeOf),
		[parameter('keyframe', { type: 'string' }, 'Value of X-Snapshot-Keyframe.', 'path'), formatInPath],
	),
	'/preview/{streamName}.apng': sequence('animation', 'An animation of kept keyframes', {
		...{ kind: 'animation', types: ['image/apng'] },
	}),
	'/preview/{streamName}/storyboard.{format}': sequence('storyboard', 'Kept keyframes as tiles of one picture', {
		...{ kind: 'sprite', types: spriteFormats.map(mediaTypeOf), more: [spriteFormatInPath] },
	}),
	'/preview/{streamName}/storyboard.vtt': sequence('storyboardCues', 'When and where the tiles of a storyboard are', {
		...{ kind: 'cues', types: ['text/vtt'] },
	}),
	'/health': {
		get: {
			...{ operationId: 'health', summary: 'The edge runs', tags: ['health'] },
			responses: {
				'200': {
					description: 'It does.',
					content: json({ type: 'object', required: ['status'], properties: { status: { const: 'ok' } } }),
				},
			},
		},
	},
};

const videoCodecs = [...codecs.map((codec) => codec.toUpperCase()), null];

const schemas = {
	Error: {
		type: 'object',
		required: ['error'],
		properties: {
			error: {
				type: 'object',
				required: ['code', 'message', 'status', 'requestId'],
				properties: { code: { type: 'string', enum: errorCodes }, message: text, status: integer, requestId: text },
			},
		},
	},
	Snapshot: {
		type: 'object',
		required: ['data', 'timestamp', 'width', 'height', 'contentType'],
		properties: {
			data: { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
			...{
				timestamp: { ...integer, description: 'Epoch milliseconds of the capture.' },
				width: integer,
				height: integer,
			},
			contentType: { const: 'image/png' },
			toneMapped: {
				...{ type: 'string', enum: ['pq', 'hlg'] },
				description:
					'How the light of the stream is coded, when it has a high dynamic range; the picture has an ordinary one.',
			},
			damage: {
				type: 'object',
				description: 'What is missing of the picture, in macroblocks or coding tree units; only with acceptDamaged.',
				required: ['missing', 'total'],
				properties: { missing: integer, total: integer },
			},
		},
	},
	Stream: {
		type: 'object',
		required: [
			...['name', 'mediaSessionId', 'published', 'status', 'createDate', 'protocol', 'hasVideo', 'videoCodec'],
			...['width', 'height', 'rotation', 'snapshot'],
		],
		properties: {
			...{ name: text, mediaSessionId: text, published: { type: 'boolean' }, status: text, createDate: integer },
			...{ protocol: { type: 'string', enum: ['webrtc', 'rtmp', 'rtsp'] }, hasVideo: { type: 'boolean' } },
			...{ videoCodec: { type: ['string', 'null'], enum: videoCodecs }, width: integer, height: integer },
			rotation: { type: 'integer', enum: [0, 90, 180, 270] },
			snapshot: {
				type: ['object', 'null'],
				required: ['timestamp', 'sequence', 'keyframeInterval'],
				properties: { timestamp: integer, sequence: integer, keyframeInterval: integer },
			},
		},
	},
};

/** The document. @param origin scheme and host of the server */
export const openApiDocument = (origin: string) => ({
	openapi: '3.1.0',
	info: {
		title: 'livestill',
		version: '0.1.0',
		summary: 'Snapshots of live video, served from the edge',
		license: { name: 'MIT', identifier: 'MIT' },
	},
	servers: [{ url: origin }],
	paths,
	components: { schemas, securitySchemes },
});
