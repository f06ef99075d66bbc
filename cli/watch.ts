/** `livestill watch`: every new picture of a stream, into a folder, until the stream ends. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { previewFormats } from '../src/shared/preview/format.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { fileNameOf } from './file-name.ts';
import {
	formatOption,
	keyOption,
	parameterRules,
	parametersOf,
	parseCommand,
	previewUsage,
	serverOption,
	textOption,
	tokenHeaders,
} from './preview-options.ts';
import { previewUrl, streamNameOf } from './preview-url.ts';
import { createProgress, readableAge, readableSize } from './progress.ts';
import { request } from './request.ts';
import { UsageError } from './usage-error.ts';

export const watchUsage = `watch NAME [-o FOLDER] [--every SECONDS] [--count N] [--format png|jpg|webp|mp4] [--server URL] [--key ID:SECRET] [--token TOKEN]
      ${previewUsage}`;

const number = (text: string, option: string, least: number): number => {
	const value = /^[0-9]{1,6}(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= least)) throw new UsageError(`--${option} takes a number of at least ${least}`);
	return value;
};

/** Returns the exit code: 0 when N pictures were written or the stream has ended after one. @throws UsageError, CommandError */
export const watchCommand = async (args: string[]): Promise<number> => {
	const text = { type: 'string' } as const;
	const rules = {
		...parameterRules,
		output: { ...text, short: 'o' },
		every: text,
		count: text,
		format: text,
		server: text,
		key: text,
		token: text,
	};
	const { values, positionals } = parseCommand(args, rules, 1);
	const name = streamNameOf(positionals[0]);
	const format = formatOption(values, 'jpg', previewFormats);
	const [parameters, key, server] = [parametersOf(values, format), keyOption(values), serverOption(values)];
	const headers = tokenHeaders(values);
	const every = number(textOption(values, 'every') ?? '1', 'every', 0.1);
	const most = number(textOption(values, 'count') ?? '999999', 'count', 1);
	const folder = textOption(values, 'output') ?? '.';
	mkdirSync(folder, { recursive: true });
	const progress = createProgress();
	let etag = '';
	for (let count = 0; ; await sleep(every * 1000)) {
		const exp = Math.floor(Date.now() / 1000) + 60;
		const url = server + (await previewUrl({ name, format, parameters, key, exp }));
		let response: Response;
		try {
			response = await request(url, { ...headers, ...(etag !== '' && { 'If-None-Match': etag }) });
		} catch (error) {
			progress.clear();
			if (!(error instanceof CommandError) || error.exitCode !== exitCodes.notFound || count === 0) throw error;
			process.stderr.write(`${name} has ended after ${count} pictures\n`);
			return exitCodes.done;
		}
		const capturedAt = Number(response.headers.get('x-snapshot-timestamp'));
		progress.show(`${name}: ${count} pictures, the last one ${readableAge(Date.now() - capturedAt)} old`);
		if (response.status === 304) continue;
		etag = response.headers.get('etag') ?? '';
		const bytes = new Uint8Array(await response.arrayBuffer());
		const file = join(folder, `${fileNameOf(name)}-${capturedAt}.${format}`);
		writeFileSync(file, bytes);
		count += 1;
		progress.clear();
		process.stdout.write(`${file} ${readableSize(bytes.length)}\n`);
		if (count >= most) return exitCodes.done;
	}
};
