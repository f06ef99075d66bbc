/** Where an object is in a directory. */

/** Bytes of a name in a file system are 255 at most; keys are ASCII. */
const longestName = 200;

/**
 * The folder of a key, relative. A segment that is too long for a file system is cut into folders, all but the last with `~` at
 * the end: neither `~` nor `@`, with which versions begin, is ever in a key.
 */
export const pathOfKey = (key: string): string =>
	key
		.split('/')
		.map((segment) => (segment.match(new RegExp(`.{1,${longestName}}`, 'g')) ?? ['']).join('~/'))
		.join('/');

/** Whether the segment of a key goes on in the folders below this one. */
export const isContinued = (folder: string): boolean => folder.endsWith('~');
