/** `POST /rest-api/stream/snapshot`: `{"streamName": …}` in, `{"data": "<base64 PNG>", …}` out. `docs/api.md` */
import { Hono } from 'hono';
import { readJsonObject } from '../http/body.ts';
import { booleanField, type Fields, integerField, numberField, stringField } from '../http/fields.ts';
import { needs } from '../http/guard.ts';
import { onlyMethods } from '../http/methods.ts';
import { timed } from '../http/server-timing.ts';
import { snapshotFields } from '../http/snapshot-fields.ts';
import { LivestillError } from '../shared/errors.ts';
import { parseStreamName, type StreamName } from '../shared/stream-name.ts';
import type { SnapshotOptions } from '../snapshot/options.ts';
import type { RouteEnv } from './services.ts';

const parseName = (fields: Fields): StreamName => {
	const name = stringField(fields, 'streamName');
	if (name === undefined) throw new LivestillError('INVALID_PARAMETER', 'streamName is missing');
	return parseStreamName(name);
};

const parseOptions = (fields: Fields): SnapshotOptions => {
	const format = stringField(fields, 'format') ?? 'png';
	if (format !== 'png') throw new LivestillError('INVALID_PARAMETER', 'format is not png');
	const width = integerField(fields, 'width', snapshotFields.width);
	const height = integerField(fields, 'height', snapshotFields.height);
	const maxAge = numberField(fields, 'maxAge', snapshotFields.maxAge);
	const acceptDamaged = booleanField(fields, 'acceptDamaged');
	return {
		...(acceptDamaged !== undefined && { acceptDamaged }),
		...(width !== undefined && { width }),
		...(height !== undefined && { height }),
		...(maxAge !== undefined && { maxAge: maxAge * 1000 }),
		refresh: true,
	};
};

export const snapshotRoute = new Hono<RouteEnv>()
	.post('/', needs('snapshot'), timed, async (context) => {
		const { services, stopwatch } = context.var;
		const fields = await readJsonObject(context.req.raw);
		const snapshot = await services.takeSnapshot(parseName(fields), parseOptions(fields), stopwatch);
		const { bytes, width, height, capturedAt, damage, toneMapped } = snapshot;
		// Clients of WCS look for `data` only; it comes first for those that do not parse.
		const answer = { data: bytes.toBase64(), timestamp: capturedAt, width, height, contentType: 'image/png' };
		return context.json({
			...answer,
			...(toneMapped !== undefined && { toneMapped }),
			...(damage !== undefined && { damage }),
		});
	})
	.all('/', onlyMethods('POST', 'OPTIONS'));
