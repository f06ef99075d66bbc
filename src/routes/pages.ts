/** The pages: `/` is a wall of live pictures, `/streams/{streamName}` one stream, `/api` and `/openapi.json` the API. */
import { type Context, Hono } from 'hono';
import { onlyMethods } from '../http/methods.ts';
import { openApiDocument } from '../http/openapi.ts';
import { publicOrigin } from '../http/public-origin.ts';
import { apiPage } from '../pages/api.ts';
import { assets } from '../pages/assets.ts';
import { streamGonePage, streamPage } from '../pages/stream.ts';
import { type StreamView, streamView } from '../pages/stream-view.ts';
import { wallPage } from '../pages/wall.ts';
import { LivestillError } from '../shared/errors.ts';
import { parseEncodedName } from '../shared/preview/path.ts';
import { readQuery } from '../shared/preview/query.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { RouteEnv } from './services.ts';

// Tiles of the wall: enough for twice the pixels of a small screen.
const publicQuery = 'height=270&width=480';
const publicStreamQuery = 'width=1280';

const policy =
	"default-src 'none'; img-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const headers = { 'Content-Security-Policy': policy, 'Referrer-Policy': 'same-origin' };

const origin = (context: Context<RouteEnv>): string => publicOrigin(context.req.raw);

/** Where pictures are signed, a page needs a grant, which its pictures then use. */
interface Grant {
	/** Query of the page, `''` where everything is public. */
	readonly query: string;
	readonly prefix: string;
}

/** Checks the page's grant. @throws LivestillError `SIGNATURE_INVALID`, `SIGNATURE_EXPIRED`, `UNAUTHORIZED`, `FORBIDDEN` */
const grantOf = async (context: Context<RouteEnv>, name: string | null): Promise<Grant> => {
	const { previewAccess } = context.var.services;
	const query = new URL(context.req.raw.url).search.slice(1);
	if (!previewAccess.isClosed) {
		// Everybody may see a picture whose name they know; who there is, is another question.
		context.var.api.demand('list', context.var.apiToken);
		return { query: '', prefix: '' };
	}
	const prefix = readQuery(query).get('prefix');
	if (prefix === undefined)
		throw new LivestillError('SIGNATURE_INVALID', 'this page needs a grant for JPEG: livestill sign --prefix');
	const covered = (name ?? prefix) as StreamName;
	await previewAccess.check({ pathname: '', name: covered, format: 'jpg', query });
	return { query, prefix };
};

const views = async (context: Context<RouteEnv>, { query, prefix }: Grant): Promise<StreamView[]> => {
	const { listLive, findStreams } = context.var.services;
	const streams = await listLive(findStreams);
	return streams
		.filter(({ name }) => name.startsWith(prefix))
		.map(({ name, info }) => streamView(name, info, query === '' ? publicQuery : query, query));
};

const withGrant = (path: string, { query }: Grant): string => (query === '' ? path : `${path}?${query}`);

const wall = async (context: Context<RouteEnv>): Promise<Response> => {
	const grant = await grantOf(context, null);
	const streams = await views(context, grant);
	const page = wallPage({ streams, list: withGrant('/pages/streams.json', grant), home: withGrant('/', grant) });
	return context.html(page, 200, headers);
};

const list = async (context: Context<RouteEnv>): Promise<Response> =>
	context.json(await views(context, await grantOf(context, null)));

const stream = async (context: Context<RouteEnv>): Promise<Response> => {
	const url = new URL(context.req.raw.url);
	const name = parseEncodedName(url.pathname.slice('/streams/'.length));
	const grant = await grantOf(context, name);
	const home = withGrant('/', grant);
	const found = await context.var.services.findStreams.byName(name);
	if (found === null) return context.html(streamGonePage(name, home), 404, headers);
	const { info } = found;
	const view = streamView(name, info, grant.query === '' ? publicStreamQuery : grant.query, grant.query);
	const page = streamPage({ name, info, view, origin: origin(context), home, isSigned: grant.query !== '' });
	return context.html(page, 200, headers);
};

const asset = (context: Context<RouteEnv>): Response => {
	const file = context.req.path.slice('/pages/'.length);
	const found = Object.hasOwn(assets, file) ? assets[file] : undefined;
	if (found === undefined) throw new LivestillError('NOT_FOUND', 'there is no such file');
	return context.body(found.text, 200, { 'Content-Type': found.type, 'Cache-Control': 'public, max-age=300' });
};

const toWall = (context: Context<RouteEnv>): Response =>
	context.redirect(`/${new URL(context.req.raw.url).search}`, 302);

export const pagesRoute = new Hono<RouteEnv>()
	.get('/', wall)
	.get('/pages/streams.json', list)
	.get('/pages/*', asset)
	// Without a name they are all streams: the wall.
	.get('/streams', toWall)
	.get('/streams/', toWall)
	.get('/streams/*', stream)
	.get('/api', (context) => context.html(apiPage(openApiDocument(origin(context))), 200, headers))
	.get('/openapi.json', (context) =>
		context.json(openApiDocument(origin(context)), 200, { 'Cache-Control': 'public, max-age=300' }),
	)
	.all('/', onlyMethods('GET', 'HEAD', 'OPTIONS'));
