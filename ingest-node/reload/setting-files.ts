/** Files that hold settings which can be reloaded. */
import { fileVariable } from '../settings/file.ts';
import type { Environment } from '../settings/read.ts';

const holders = ['STREAM_KEYS', 'RTSP_SOURCES'] as const;

/** @param environment with the settings of its file; the file itself is named by this process's own variable */
export const filesOf = (environment: Environment, configFile = process.env[fileVariable]): string[] => [
	...(configFile?.trim() ? [configFile.trim()] : []),
	...holders.map((name) => environment[name]?.trim() ?? '').filter((text) => text !== '' && !text.startsWith('[')),
];
