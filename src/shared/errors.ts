/**
 * The one error vocabulary of livestill. Every failure that a caller may act on is a {@link LivestillError} with one of
 * these codes; codes are stable, messages are not. HTTP statuses live in one table, `src/http/errors.ts`.
 */

export const errorCodes = [
	/** The request body is not JSON, or not a JSON object. */
	'INVALID_JSON',
	/** A parameter is missing, of the wrong type or out of range; the message names it. */
	'INVALID_PARAMETER',
	/** The stream name breaks the naming rules. */
	'INVALID_STREAM_NAME',
	/** The credentials are missing or wrong. */
	'UNAUTHORIZED',
	/** The URL has to be signed and is not, or not so. */
	'SIGNATURE_INVALID',
	/** The URL's signature was right once. */
	'SIGNATURE_EXPIRED',
	/** What the caller may do does not reach as far. */
	'FORBIDDEN',
	/** The request body exceeds its limit. */
	'BODY_TOO_LARGE',
	/** The request took too long to arrive. */
	'REQUEST_TIMEOUT',
	/** The body is of a media type that this path does not take. */
	'UNSUPPORTED_MEDIA_TYPE',
	/** The path exists, the method does not. */
	'METHOD_NOT_ALLOWED',
	/** No such path. */
	'NOT_FOUND',
	/** No live stream of that name. */
	'STREAM_NOT_FOUND',
	/** Another live publisher holds the name. */
	'STREAM_NAME_IN_USE',
	/** The stream is live, but has sent no keyframe yet. */
	'NO_KEYFRAME',
	/** There is no such keyframe of the stream, or none near that time. */
	'FRAME_NOT_FOUND',
	/** The newest keyframe is older than the caller accepts. */
	'FRAME_TOO_OLD',
	/** There is no decoder for this codec here. */
	'UNSUPPORTED_CODEC',
	/** The codec is known, this coding tool of it is not decoded; the message names it. */
	'UNSUPPORTED_FEATURE',
	/** The keyframe's bitstream is damaged or incomplete. */
	'FRAME_DAMAGED',
	/** The picture exceeds the pixel or byte limit. */
	'FRAME_TOO_LARGE',
	/** A stored object's metadata is unreadable or of an unknown version. */
	'OBJECT_INVALID',
	/** The object store did not answer. */
	'STORE_UNAVAILABLE',
	/** A network peer broke its protocol. */
	'PROTOCOL_VIOLATION',
	/** There is too much to do at this moment. */
	'BUSY',
	/** The caller asks too often. */
	'TOO_MANY_REQUESTS',
	/** The operator has not set up what is needed. */
	'NOT_CONFIGURED',
	/** A fault of ours. */
	'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A failure with a stable {@link ErrorCode}. `message` is for people and never carries secrets. */
export class LivestillError extends Error {
	readonly code: ErrorCode;

	constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = 'LivestillError';
		this.code = code;
	}
}
