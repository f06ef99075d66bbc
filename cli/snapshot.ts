/** `livestill snapshot`: a picture of a live stream, into a file. */
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { anyFormats } from '../src/shared/preview/sequence-path.ts';
import { exitCodes } from './exit-codes.ts';
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

export const snapshotUsage = `snapshot NAME [-o FILE|-] [--format png|jpg|webp|mp4|apng|storyboard.jpg|storyboard.vtt|…] [--server URL] [--key ID:SECRET] [--token TOKEN]
      ${previewUsage}`;

const signedFor = 60;

/** Where to, and in which format: the file's extension says it unless `--format` does. */
const outputOf = (values: ReturnType<typeof parseCommand>['values'], name: string) => {
	const file = textOption(values, 'output');
	const extension = extname(file ?? '')
		.slice(1)
		.replace('jpeg', 'jpg')
		.replace('vtt', 'storyboard.vtt');
	const format = formatOption(values, anyFormats.find((known) => known === extension) ?? 'png', anyFormats);
	return { format, file: file ?? `${fileNameOf(name)}.${format}` };
};

const write = (file: string, bytes: Uint8Array): void => {
	try {
		if (file === '-') process.stdout.write(bytes);
		else writeFileSync(file, bytes);
	} catch (error) {
		throw new UsageError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
	}
};

/** Returns the exit code. @throws UsageError, CommandError */
export const snapshotCommand = async (args: string[]): Promise<number> => {
	const { values, positionals } = parseCommand(
		args,
		{
			...parameterRules,
			output: { type: 'string', short: 'o' },
			format: { type: 'string' },
			server: { type: 'string' },
			key: { type: 'string' },
			token: { type: 'string' },
		},
		1,
	);
	const name = streamNameOf(positionals[0]);
	const { format, file } = outputOf(values, name);
	const exp = Math.floor(Date.now() / 1000) + signedFor;
	const path = await previewUrl({
		name,
		format,
		parameters: parametersOf(values, format),
		key: keyOption(values),
		exp,
	});
	const progress = createProgress();
	progress.show(`asking for ${name} …`);
	const response = await request(serverOption(values) + path, tokenHeaders(values)).finally(() => progress.clear());
	const bytes = new Uint8Array(await response.arrayBuffer());
	write(file, bytes);
	const header = (name: string): string => response.headers.get(`x-snapshot-${name}`) ?? '?';
	const age = readableAge(Date.now() - Number(header('timestamp')));
	if (file !== '-')
		process.stderr.write(
			`${file}: ${header('width')}×${header('height')}, ${readableSize(bytes.length)}, captured ${age} ago\n`,
		);
	return exitCodes.done;
};
