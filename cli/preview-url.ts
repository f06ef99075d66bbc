/** URLs of previews, signed where there is a key. */
import { webcrypto } from 'node:crypto';
import type { Subtle } from '../src/shared/control/key.ts';
import { LivestillError } from '../src/shared/errors.ts';
import { type AnyFormat, anyPath } from '../src/shared/preview/sequence-path.ts';
import { type SigningKey, signQuery, sortedQuery, type UrlToSign } from '../src/shared/preview/sign.ts';
import { parseStreamName, type StreamName } from '../src/shared/stream-name.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError */
export const streamNameOf = (text: string | undefined): StreamName => {
	if (text === undefined) throw new UsageError('which stream? its name is missing');
	try {
		return parseStreamName(text);
	} catch (error) {
		throw error instanceof LivestillError ? new UsageError(error.message) : error;
	}
};

/** Query of a signed URL or grant. */
export const signedQuery = (url: UrlToSign, key: SigningKey): Promise<string> =>
	signQuery(url, key, webcrypto.subtle as unknown as Subtle, (bytes) => Buffer.from(bytes).toString('base64url'));

export interface PreviewUrl {
	readonly name: StreamName;
	readonly format: AnyFormat;
	readonly parameters: Readonly<Record<string, string>>;
	/** `null`: not signed. */
	readonly key: SigningKey | null;
	/** Epoch seconds, for a signed one. */
	readonly exp: number;
}

/** Path and query. */
export const previewUrl = async ({ name, format, parameters, key, exp }: PreviewUrl): Promise<string> => {
	const pathname = anyPath(name, format);
	const query =
		key === null
			? sortedQuery(parameters)
			: await signedQuery({ pathname, format, parameters: { ...parameters, exp: String(exp) } }, key);
	return query === '' ? pathname : `${pathname}?${query}`;
};
