import { basename } from 'node:path';

/** A stream's name as the beginning of a file's: its last segment, without what file systems or shells take amiss. */
export const fileNameOf = (streamName: string): string =>
	basename(streamName)
		.replaceAll(/[^\p{L}\p{N}._-]/gu, '_')
		.replace(/^[.-]/, '_');
