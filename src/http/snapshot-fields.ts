/** Fields of a snapshot request: one table for the route and the OpenAPI document. */
import { limits } from '../shared/limits.ts';

const side = { type: 'integer', minimum: 1, maximum: limits.side } as const;

export const snapshotFields = {
	streamName: {
		type: 'string',
		minLength: 1,
		maxLength: limits.streamNameLength,
		description: 'Name of a live stream.',
	},
	width: { ...side, description: 'Greatest width in pixels; the picture keeps its shape and is never enlarged.' },
	height: { ...side, description: 'Greatest height in pixels.' },
	// Nobody who asks for a live picture means one from yesterday.
	maxAge: { type: 'number', minimum: 0, maximum: 86_400, description: 'Greatest age of the keyframe in seconds.' },
	acceptDamaged: {
		type: 'boolean',
		description: 'true: a damaged keyframe gives a picture, too; the answer says how much of it is missing.',
	},
	format: { type: 'string', enum: ['png'], description: 'Format of the picture.' },
} as const;
