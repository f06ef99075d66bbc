/** A preview that failed, wherever it did: JSON or, where a page wants one, a picture; the code is in a header in either case. */
import { errorResponse, publicError } from './errors.ts';
import { placeholder } from './placeholder.ts';

const wantsPlaceholder = (query: string): boolean => /(?:^|&)placeholder(?:=1|=true)?(?:&|$)/.test(query);

/** @param query of the request's URL, without `?` */
export const previewFailure = (error: unknown, requestId: string, query: string): Response => {
	const { code, status, headers } = publicError(error, 'get');
	if (!wantsPlaceholder(query)) {
		const response = errorResponse(error, requestId, 'get');
		response.headers.set('X-Snapshot-Error', code);
		return response;
	}
	headers.set('Content-Type', 'image/svg+xml');
	headers.set('X-Snapshot-Error', code);
	return new Response(placeholder(code), { status, headers });
};
