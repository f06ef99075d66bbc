/** `GET /preview/{streamName}.{png|jpg|webp|mp4}`: a picture for `<img src>`. `docs/preview.md` */
import { type Context, Hono } from 'hono';
import { negotiate } from '../http/accept.ts';
import { streamTag } from '../http/cache-tag.ts';
import { matchesEtag, matchesMoment } from '../http/conditional.ts';
import { isFault } from '../http/errors.ts';
import { onlyMethods } from '../http/methods.ts';
import { previewFailure } from '../http/preview-failure.ts';
import { previewHeaders } from '../http/preview-headers.ts';
import { type TimedVariables, timed } from '../http/server-timing.ts';
import { mediaTypeOf, type PreviewFormat, previewFormats } from '../shared/preview/format.ts';
import { parsePreviewPath } from '../shared/preview/path.ts';
import { type PreviewQuery, parsePreviewQuery, validUntilOf } from '../shared/preview/query.ts';
import { parseSequencePath } from '../shared/preview/sequence-path.ts';
import { answerSequence } from './sequence.ts';
import type { RouteEnv } from './services.ts';

type PreviewContext = Context<RouteEnv & { Variables: TimedVariables }>;

// JPEG for those who take anything: it is the smallest that everything opens. Browsers name WebP.
const offered = ['image/jpeg', 'image/webp', 'image/png', 'video/mp4'] as const;

const negotiated = (accept: string | undefined): PreviewFormat => {
	const type = negotiate(accept, offered);
	return previewFormats.find((format) => mediaTypeOf(format) === type) ?? 'jpg';
};

const hasPicture =
	(context: PreviewContext) =>
	(etag: string, capturedAt: number): boolean => {
		const ifNoneMatch = context.req.header('If-None-Match');
		if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, etag);
		return matchesMoment(context.req.header('If-Modified-Since'), capturedAt);
	};

const answer = async (context: PreviewContext, url: URL): Promise<Response> => {
	const sequence = parseSequencePath(url.pathname);
	if (sequence !== null) return answerSequence(context, url, sequence);
	const { services, stopwatch } = context.var;
	const queryText = url.search.slice(1);
	const { name, format, keyframe } = parsePreviewPath(url.pathname);
	await services.previewAccess.check({ pathname: url.pathname, name, format, query: queryText });
	const query: PreviewQuery = parsePreviewQuery(queryText);
	const validUntil = validUntilOf(queryText);
	const shown = format ?? negotiated(context.req.header('Accept'));
	const preview = await services.takePreview(
		{ name, format: shown, keyframe, query, has: hasPicture(context) },
		stopwatch,
	);
	const headers = new Headers(
		previewHeaders({
			...preview,
			toneMapped: preview.picture?.toneMapped,
			now: services.now(),
			isImmutable: keyframe !== null || preview.isFinal,
			isPast: query.time !== undefined,
			validUntil,
		}),
	);
	if (format === null) headers.set('Vary', 'Accept');
	const { picture } = preview;
	if (picture === null) return new Response(null, { status: 304, headers });
	headers.set('Content-Type', picture.type);
	headers.set('Content-Length', String(picture.bytes.byteLength));
	headers.set('X-Snapshot-Width', String(picture.width));
	headers.set('X-Snapshot-Height', String(picture.height));
	headers.set('Cache-Tag', `stream-${preview.keyframe.slice(0, 36)},${streamTag(name)}`);
	return new Response(picture.bytes, { headers });
};

/** Also for what is no Error, which Hono would not give to the application's handler. */
const failure = (context: PreviewContext, url: URL, error: unknown): Response => {
	const { requestId } = context.var;
	if (isFault(error)) {
		const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
		console.error(JSON.stringify({ requestId, error: message, stack }));
	}
	return previewFailure(error, requestId, url.search.slice(1));
};

export const previewRoute = new Hono<RouteEnv>()
	.get('/*', timed, async (context) => {
		const url = new URL(context.req.raw.url);
		try {
			return await answer(context, url);
		} catch (error) {
			return failure(context, url, error);
		}
	})
	.all('/*', onlyMethods('GET', 'HEAD', 'OPTIONS'));
