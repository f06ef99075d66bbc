#!/usr/bin/env node
/** The `livestill` command: one sub-command a file. */
import { decodeCommand, decodeUsage } from './decode.ts';
import { UsageError } from './usage-error.ts';

const usage = `Usage: livestill <command>

Commands:
  ${decodeUsage}
      decode an intra picture of a stored keyframe object or an elementary stream
`;

const run = (command: string | undefined, args: string[]): number => {
	if (command === 'decode') return decodeCommand(args);
	if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
		process.stdout.write(usage);
		return command === undefined ? 2 : 0;
	}
	throw new UsageError(`unknown command "${command}"`);
};

try {
	const [command, ...args] = process.argv.slice(2);
	process.exitCode = run(command, args);
} catch (error) {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`livestill: ${error.message}\n\n${usage}`);
	process.exitCode = 2;
}
