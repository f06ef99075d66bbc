/** Reading a request's body without trusting it. */
import { LivestillError } from '../shared/errors.ts';
import { limits } from '../shared/limits.ts';

const max = limits.requestBodyBytes;

const tooLarge = (): never => {
	throw new LivestillError('BODY_TOO_LARGE', `the body exceeds ${max} bytes`);
};

/** Milliseconds for all of a body: 16 KB over a bad radio link. Who sends a byte now and then would keep a request for ever. */
const usualPatience = 10_000;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const readAll = async (reader: Reader): Promise<Uint8Array> => {
	const bytes = new Uint8Array(max);
	let length = 0;
	for (;;) {
		const { value } = await reader.read();
		if (value === undefined) return bytes.subarray(0, length);
		if (length + value.length > max) tooLarge();
		bytes.set(value, length);
		length += value.length;
	}
};

const readBounded = async (request: Request, patience: number): Promise<Uint8Array> => {
	// A declared length may lie; when it admits to be too long there is no need to read.
	if (Number(request.headers.get('Content-Length') ?? 0) > max) tooLarge();
	const reader: Reader | undefined = request.body?.getReader();
	if (reader === undefined) return new Uint8Array(0);
	const { promise: late, reject } = Promise.withResolvers<never>();
	const why = `the body did not come within ${patience / 1000} s`;
	const timer = setTimeout(() => reject(new LivestillError('REQUEST_TIMEOUT', why)), patience);
	try {
		return await Promise.race([readAll(reader), late]);
	} catch (error) {
		reader.cancel().catch(() => {});
		throw error;
	} finally {
		clearTimeout(timer);
	}
};

const notJson = (cause: unknown): never => {
	throw new LivestillError('INVALID_JSON', 'the body is not JSON in UTF-8', { cause });
};

/**
 * The body as a JSON object, whatever its content type says.
 *
 * @param patience milliseconds for it to arrive
 * @throws LivestillError `BODY_TOO_LARGE`, `INVALID_JSON`, `REQUEST_TIMEOUT`
 */
export const readJsonObject = async (
	request: Request,
	patience = usualPatience,
): Promise<Readonly<Record<string, unknown>>> => {
	const bytes = await readBounded(request, patience);
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
