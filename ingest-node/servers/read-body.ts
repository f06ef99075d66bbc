import type { IncomingMessage } from 'node:http';
import { LivestillError } from '../../src/shared/errors.ts';

/** Bytes of a body that is too large that are still taken: who is cut off while sending does not see the answer. */
const patience = 16 * 1024 * 1024;

const read = (request: IncomingMessage, maxBytes: number): Promise<Buffer> =>
	new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let length = 0;
		const tooLarge = () => new LivestillError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`);
		request.on('data', (part: Buffer) => {
			length += part.length;
			if (length <= maxBytes) parts.push(part);
			else if (length > maxBytes + patience) reject(tooLarge());
		});
		request.on('end', () => (length <= maxBytes ? resolve(Buffer.concat(parts)) : reject(tooLarge())));
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
