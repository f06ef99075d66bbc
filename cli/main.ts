/** The `livestill` command: one sub-command a file. */
import { decodeCommand, decodeUsage } from './decode.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { signCommand, signUsage } from './sign.ts';
import { snapshotCommand, snapshotUsage } from './snapshot.ts';
import { streamsCommand, streamsUsage } from './streams.ts';
import { tokenCommand, tokenUsage } from './token.ts';
import { UsageError } from './usage-error.ts';
import { watchCommand, watchUsage } from './watch.ts';

const usage = `Usage: livestill <command>

Commands:
  ${snapshotUsage}
      write a picture of a live stream into a file
  ${watchUsage}
      write every new picture until the stream ends
  ${streamsUsage}
      list what is live
  ${signUsage}
      print a signed preview URL, or the query of a grant for all streams whose name begins with PREFIX
  ${tokenUsage}
      make an API token, and the entry of API_TOKENS that goes with it
  ${decodeUsage}
      decode an intra picture of a stored keyframe object or an elementary stream

Environment: LIVESTILL_URL (http://localhost:8081), LIVESTILL_PREVIEW_KEY (id:secret), LIVESTILL_TOKEN (an API token).
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 forbidden, 5 live but no picture, 6 server unreachable.
`;

const commands: Readonly<Record<string, (args: string[]) => number | Promise<number>>> = {
	decode: decodeCommand,
	sign: signCommand,
	snapshot: snapshotCommand,
	streams: streamsCommand,
	token: tokenCommand,
	watch: watchCommand,
};

const run = async (command: string | undefined, args: string[]): Promise<number> => {
	if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
		process.stdout.write(usage);
		return command === undefined ? exitCodes.usage : exitCodes.done;
	}
	const known = Object.hasOwn(commands, command) ? commands[command] : undefined;
	if (known === undefined) throw new UsageError(`unknown command "${command}"`);
	return known(args);
};

try {
	const [command, ...args] = process.argv.slice(2);
	process.exitCode = await run(command, args);
} catch (error) {
	if (error instanceof CommandError) {
		process.stderr.write(`livestill: ${error.message}\n`);
		process.exitCode = error.exitCode;
	} else if (error instanceof UsageError) {
		process.stderr.write(`livestill: ${error.message}\n\n${usage}`);
		process.exitCode = exitCodes.usage;
	} else throw error;
}
