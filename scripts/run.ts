/** Running other programs, for the scripts of this folder. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../', import.meta.url));

/** Runs a program in the repository with its output on ours. Returns whether it ended with 0. */
export const runs = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): boolean => {
	const { status, error } = spawnSync(program, args, {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit'],
		env: { ...process.env, ...environment },
	});
	if (error !== undefined) console.error(`${program}: ${error.message}`);
	return status === 0;
};

/** Runs a program beside this one, its output in a file. Resolves to whether it ended with 0. */
export const logs = (
	program: string,
	args: readonly string[],
	file: string,
	environment: NodeJS.ProcessEnv,
): Promise<boolean> => {
	const log = openSync(file, 'w');
	const child = spawn(program, args, { stdio: ['ignore', log, log], env: { ...process.env, ...environment } });
	closeSync(log);
	return new Promise((resolve) => {
		child.once('error', () => resolve(false));
		child.once('close', (code) => resolve(code === 0));
	});
};

/** Whether a program ends with 0, without its output. */
export const succeeds = (program: string, args: readonly string[]): boolean =>
	spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Path of a tool that this package depends on. */
export const tool = (name: string): string => `${root}node_modules/.bin/${name}`;
