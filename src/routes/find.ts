/** `/rest-api/stream/find` and `/find_all`: the live streams, all or those that match a filter. `docs/api.md` */
import { type Context, Hono } from 'hono';
import { readJsonObject } from '../http/body.ts';
import { booleanField, type Fields, stringField } from '../http/fields.ts';
import { needs } from '../http/guard.ts';
import { onlyMethods } from '../http/methods.ts';
import { LivestillError } from '../shared/errors.ts';
import { parseStreamName } from '../shared/stream-name.ts';
import type { ListedStream } from '../store/ports.ts';
import type { RouteEnv } from './services.ts';
import { type StreamJson, streamJson } from './stream-json.ts';

/** The query string in the shape of a JSON body. @throws LivestillError `INVALID_PARAMETER` for a repeated name */
const queryFields = (context: Context<RouteEnv>): Fields => {
	const fields = new Map<string, unknown>();
	for (const [name, values] of Object.entries(context.req.queries())) {
		const [value] = values;
		if (values.length > 1) throw new LivestillError('INVALID_PARAMETER', `${name.slice(0, 40)} is given twice`);
		fields.set(name, name === 'published' && (value === 'true' || value === 'false') ? value === 'true' : value);
	}
	return Object.fromEntries(fields);
};

const answer = (context: Context<RouteEnv>, streams: readonly StreamJson[]): Response => {
	// As WCS does it: nothing found is 404, not an empty list.
	if (streams.length === 0) throw new LivestillError('STREAM_NOT_FOUND', 'no live stream matches');
	return context.json(streams);
};

const find = async (context: Context<RouteEnv>, fields: Fields): Promise<Response> => {
	const filter = {
		mediaSessionId: stringField(fields, 'mediaSessionId'),
		status: stringField(fields, 'status'),
		published: booleanField(fields, 'published'),
	};
	const matches = (stream: StreamJson): boolean =>
		(filter.mediaSessionId ?? stream.mediaSessionId) === stream.mediaSessionId &&
		(filter.status ?? stream.status) === stream.status &&
		(filter.published ?? stream.published) === stream.published;

	const name = stringField(fields, 'name') ?? stringField(fields, 'streamName');
	const { findStreams } = context.var.services;
	let found: (ListedStream | null)[];
	if (name === undefined) found = await findStreams.all();
	else found = [await findStreams.byName(parseStreamName(name))];
	return answer(
		context,
		found
			.filter((stream) => stream !== null)
			.map(streamJson)
			.filter(matches),
	);
};

export const findRoute = new Hono<RouteEnv>()
	.post('/', needs('list'), async (context) => find(context, await readJsonObject(context.req.raw)))
	.get('/', needs('list'), (context) => find(context, queryFields(context)))
	.all('/', onlyMethods('GET', 'HEAD', 'POST', 'OPTIONS'));

const findAll = async (context: Context<RouteEnv>): Promise<Response> =>
	answer(context, (await context.var.services.findStreams.all()).map(streamJson));

export const findAllRoute = new Hono<RouteEnv>()
	.get('/', needs('list'), findAll)
	.post('/', needs('list'), findAll)
	.all('/', onlyMethods('GET', 'HEAD', 'POST', 'OPTIONS'));
