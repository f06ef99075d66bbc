/** `livestill streams`: what is live. */
import { CommandError, exitCodes } from './exit-codes.ts';
import { parseCommand, serverOption, tokenHeaders } from './preview-options.ts';
import { readableAge } from './progress.ts';
import { request } from './request.ts';

export const streamsUsage = 'streams [--json] [--server URL] [--token TOKEN]';

interface Stream {
	readonly name: string;
	readonly protocol: string;
	readonly videoCodec: string | null;
	readonly width: number;
	readonly height: number;
	readonly createDate: number;
	readonly snapshot: { readonly timestamp: number } | null;
}

const row = ({ name, protocol, videoCodec, width, height, createDate, snapshot }: Stream, now: number): string[] => [
	name,
	protocol,
	videoCodec ?? '-',
	width > 0 ? `${width}×${height}` : '-',
	`live for ${readableAge(now - createDate)}`,
	snapshot === null ? 'no keyframe yet' : `keyframe ${readableAge(now - snapshot.timestamp)} ago`,
];

const table = (rows: readonly string[][]): string => {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
	return rows
		.map((cells) =>
			cells
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
};

const live = async (server: string, headers: Readonly<Record<string, string>>): Promise<Stream[]> => {
	try {
		return (await (await request(`${server}/rest-api/stream/find_all`, headers)).json()) as Stream[];
	} catch (error) {
		// "Nothing found" is 404 there.
		if (error instanceof CommandError && error.exitCode === exitCodes.notFound) return [];
		throw error;
	}
};

/** Returns the exit code; no streams are no failure. @throws UsageError, CommandError */
export const streamsCommand = async (args: string[]): Promise<number> => {
	const { values } = parseCommand(
		args,
		{ json: { type: 'boolean' }, server: { type: 'string' }, token: { type: 'string' } },
		0,
	);
	const streams = await live(serverOption(values), tokenHeaders(values));
	if (values.json === true) process.stdout.write(`${JSON.stringify(streams, null, '\t')}\n`);
	else if (streams.length === 0) process.stderr.write('nothing is live\n');
	else process.stdout.write(`${table(streams.map((stream) => row(stream, Date.now())))}\n`);
	return exitCodes.done;
};
