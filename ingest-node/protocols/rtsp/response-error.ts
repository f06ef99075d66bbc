/** Responses that are not what was asked for. RFC 2326 § 7.1.1 */
import { type ErrorCode, LivestillError } from '../../../src/shared/errors.ts';
import { headerOf, type RtspResponse } from './message.ts';

/** A server has refused a request. */
export class RtspStatusError extends LivestillError {
	readonly status: number;

	constructor(method: string, { status, reason }: Pick<RtspResponse, 'status' | 'reason'>) {
		const code: ErrorCode = status === 404 ? 'STREAM_NOT_FOUND' : 'PROTOCOL_VIOLATION';
		super(code, `${method}: ${status} ${reason.slice(0, 60)}`.trimEnd());
		this.name = 'RtspStatusError';
		this.status = status;
	}
}

/** A server has named another place. */
export class RtspRedirect extends LivestillError {
	/** As the server wrote it: untrusted. */
	readonly location: string;

	constructor(method: string, status: number, location: string) {
		super('PROTOCOL_VIOLATION', `${method}: ${status}, the server names another place`);
		this.name = 'RtspRedirect';
		this.location = location;
	}
}

const redirects = new Set([301, 302, 303, 305, 307, 308]);

/** The response when its status is 2xx. @throws RtspRedirect, RtspStatusError */
export const accepted = (method: string, response: RtspResponse): RtspResponse => {
	const { status } = response;
	if (status >= 200 && status < 300) return response;
	const location = redirects.has(status) ? headerOf(response, 'location') : null;
	throw location === null ? new RtspStatusError(method, response) : new RtspRedirect(method, status, location);
};
