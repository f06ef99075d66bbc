import type { IncomingMessage } from 'node:http';
import { LivestillError } from '../../src/shared/errors.ts';

const read = (request: IncomingMessage, maxBytes: number): Promise<Buffer> =>
	new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let length = 0;
		request.on('data', (part: Buffer) => {
			length += part.length;
			// What is too much is still taken from the socket, or the peer would not come to read the answer.
			if (length <= maxBytes) parts.push(part);
			else reject(new LivestillError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`));
		});
		request.on('end', () => resolve(Buffer.concat(parts)));
		request.on('close', () => reject(new LivestillError('PROTOCOL_VIOLATION', 'the body ended early')));
		request.on('error', () => {});
	});

/**
 * The body of a request as text.
 *
 * @throws LivestillError `BODY_TOO_LARGE`; `INVALID_PARAMETER` when it is not UTF-8; `PROTOCOL_VIOLATION` when it ends early
 */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string> => {
	const body = await read(request, maxBytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(body);
	} catch (cause) {
		throw new LivestillError('INVALID_PARAMETER', 'the body is not UTF-8', { cause });
	}
};
