/** Reading a request's body without trusting it. */
import { LivestillError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';

const max = limits.requestBodyBytes;

const tooLarge = (): never => {
	throw new LivestillError('BODY_TOO_LARGE', `the body exceeds ${max} bytes`);
};

const readBounded = async (request: Request): Promise<Uint8Array> => {
	// A declared length may lie; when it admits to be too long there is no need to read.
	if (Number(request.headers.get('Content-Length') ?? 0) > max) tooLarge();
	const bytes = new Uint8Array(max);
	let length = 0;
	const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
	for (;;) {
		const chunk = await reader?.read();
		if (chunk?.value === undefined) return bytes.subarray(0, length);
		if (length + chunk.value.length > max) {
			reader?.cancel().catch(() => {});
			tooLarge();
		}
		bytes.set(chunk.value, length);
		length += chunk.value.length;
	}
};

const notJson = (cause: unknown): never => {
	throw new LivestillError('INVALID_JSON', 'the body is not JSON in UTF-8', { cause });
};

/**
 * The body as a JSON object, whatever its content type says.
 *
 * @throws LivestillError `BODY_TOO_LARGE`, `INVALID_JSON`
 */
export const readJsonObject = async (request: Request): Promise<Readonly<Record<string, unknown>>> => {
	const bytes = await readBounded(request);
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
	} catch (cause) {
		return notJson(cause);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new LivestillError('INVALID_JSON', 'the body is not a JSON object');
	return value as Record<string, unknown>;
};
