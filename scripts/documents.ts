/** Documents that are made of code: `npm run docs` writes them, `npm run check` compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsDocument } from '../ingest-node/settings/document.ts';
import { root } from './run.ts';

const documents = [{ file: `${root}docs/configuration.md`, make: settingsDocument }] as const;

/** Whether all of them say what the code says. */
export const checkDocuments = (): boolean => {
	const stale = documents.filter(({ file, make }) => readFileSync(file, 'utf8') !== make());
	for (const { file } of stale) console.error(`${file} is not what the code makes of it: npm run docs`);
	return stale.length === 0;
};

export const writeDocuments = (): void => {
	for (const { file, make } of documents) writeFileSync(file, make());
};
