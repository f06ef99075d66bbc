/** Answers that say no, and what the client is told. RFC 2326 § 11 */
import { type ErrorCode, LivestillError } from '../../../src/shared/errors.ts';
import type { HeaderLines } from './message.ts';

/** Reason phrases. RFC 2326 § 7.1.1 */
const phrases = {
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	405: 'Method Not Allowed',
	415: 'Unsupported Media Type',
	451: 'Parameter Not Understood',
	454: 'Session Not Found',
	455: 'Method Not Valid in This State',
	461: 'Unsupported Transport',
	500: 'Internal Server Error',
	501: 'Not Implemented',
	503: 'Service Unavailable',
	505: 'RTSP Version Not Supported',
	551: 'Option Not Supported',
} as const;
export type RefusalStatus = keyof typeof phrases;

/** A request that is refused; the connection goes on. */
export class Refusal extends Error {
	readonly status: RefusalStatus;
	readonly headers: HeaderLines;

	/** @param why takes the place of the usual phrase: clients show it to people */
	constructor(status: RefusalStatus, why: string = phrases[status], headers: HeaderLines = []) {
		super(why);
		this.name = 'Refusal';
		this.status = status;
		this.headers = headers;
	}
}

const statuses: Partial<Record<ErrorCode, RefusalStatus>> = {
	INVALID_PARAMETER: 400,
	INVALID_STREAM_NAME: 400,
	PROTOCOL_VIOLATION: 400,
	UNAUTHORIZED: 401,
	STREAM_NAME_IN_USE: 403,
	UNSUPPORTED_CODEC: 415,
	BUSY: 503,
	STORE_UNAVAILABLE: 503,
};

/** Nothing of another line, and no more than a status line should hold. */
const phraseOf = (message: string): string => message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);

/** What a client is told of an error; `null`: it is a fault of ours, which is none of its business. */
export const refusalOf = (error: unknown): Refusal | null => {
	if (error instanceof Refusal) return error;
	if (!(error instanceof LivestillError)) return null;
	const status = statuses[error.code];
	return new Refusal(status ?? 500, status === undefined ? undefined : phraseOf(error.message));
};
