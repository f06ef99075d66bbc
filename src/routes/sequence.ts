/** `GET /preview/{streamName}.apng` and `/preview/{streamName}/storyboard.{jpg|png|webp|vtt}`. `docs/preview.md` */
import type { Context } from 'hono';
import { streamTag } from '../http/cache-tag.ts';
import { matchesEtag } from '../http/conditional.ts';
import { publicOrigin } from '../http/public-origin.ts';
import { sequenceHeaders } from '../http/sequence-headers.ts';
import type { TimedVariables } from '../http/server-timing.ts';
import { digestName } from '../preview/sequence-key.ts';
import { endOf, type Slots } from '../preview/slots.ts';
import { validUntilOf } from '../shared/preview/query.ts';
import { anyPath, type SequencePath, sequenceFormatOf } from '../shared/preview/sequence-path.ts';
import { parseSequenceQuery } from '../shared/preview/sequence-query.ts';
import type { RouteEnv } from './services.ts';

type SequenceContext = Context<RouteEnv & { Variables: TimedVariables }>;

interface Shown {
	readonly etag: string;
	readonly slots: Slots;
	readonly capturedAt: number;
	readonly isFinal: boolean;
}

const headersOf = (context: SequenceContext, validUntil: number | undefined, { slots, ...shown }: Shown): Headers =>
	new Headers(
		sequenceHeaders({
			...{ ...shown, validUntil },
			...{ from: slots.from, to: endOf(slots), interval: slots.interval, now: context.var.services.now() },
		}),
	);

/** Whether the client has it, by its ETag alone. */
const hasIt =
	(context: SequenceContext) =>
	(etag: string): boolean =>
		matchesEtag(context.req.header('If-None-Match') ?? '', etag);

const cues = async (context: SequenceContext, url: URL, path: SequencePath): Promise<Response> => {
	const { services } = context.var;
	const query = url.search.slice(1);
	const validUntil = validUntilOf(query);
	const format = 'storyboard.jpg';
	const pathname = anyPath(path.name, format);
	const spriteUrl = async (parameters: Readonly<Record<string, string>>): Promise<string> =>
		`${publicOrigin(context.req.raw)}${pathname}?${await services.previewAccess.query({ pathname, format, parameters }, query)}`;
	const list = await services.listCues({ path, query: parseSequenceQuery(query, path.kind) }, spriteUrl);
	const etag = `"${await digestName(list.text)}"`;
	const headers = headersOf(context, validUntil, { ...list, etag });
	if (hasIt(context)(etag)) return new Response(null, { status: 304, headers });
	headers.set('Content-Type', 'text/vtt; charset=utf-8');
	headers.set('Cache-Tag', streamTag(path.name));
	return new Response(list.text, { headers });
};

/** @throws LivestillError as the route's use cases do */
export const answerSequence = async (context: SequenceContext, url: URL, path: SequencePath): Promise<Response> => {
	const { services, stopwatch } = context.var;
	const query = url.search.slice(1);
	const { pathname } = url;
	await services.previewAccess.check({ pathname, name: path.name, format: sequenceFormatOf(path), query });
	if (path.kind === 'cues') return cues(context, url, path);
	const validUntil = validUntilOf(query);
	const request = { path, query: parseSequenceQuery(query, path.kind), has: hasIt(context) };
	const sequence = await services.takeSequence(request, stopwatch);
	const headers = headersOf(context, validUntil, sequence);
	const { picture } = sequence;
	if (picture === null) return new Response(null, { status: 304, headers });
	headers.set('Content-Type', picture.type);
	headers.set('Content-Length', String(picture.bytes.byteLength));
	headers.set('X-Snapshot-Width', String(picture.width));
	headers.set('X-Snapshot-Height', String(picture.height));
	headers.set('Cache-Tag', streamTag(path.name));
	return new Response(picture.bytes, { headers });
};
