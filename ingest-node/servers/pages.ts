/** The pages for trying a node out: a few files that are known by name, nothing else of the disk. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../pages');
/** The style of all pages, also the edge's. */
const styleFile = join(import.meta.dirname, '../../src/shared/pages/style.css');

const types = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
} as const;

const documents: Readonly<Record<string, string>> = {
	'/': 'index.html',
	'/two-way-streaming': 'two-way-streaming.html',
	'/stream-snapshot': 'stream-snapshot.html',
};

const parts = ['style.css', 'page.js', 'rest-panel.js', 'two-way-streaming.js', 'stream-snapshot.js'];

const headers = {
	'cache-control': 'no-cache',
	'x-content-type-options': 'nosniff',
	// REST and signalling are on other ports, or wherever the visitor says.
	'content-security-policy':
		"default-src 'self'; connect-src *; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'",
} as const;

export interface PagesOptions {
	/** Port of the REST API over HTTP, for a panel of the pages. */
	readonly restPort: number;
}

/** The official WebSDK as it is in its package, which only a development install has. */
const readSdk = (): Promise<Buffer> =>
	readFile(createRequire(import.meta.url).resolve('@flashphoner/websdk/flashphoner.js'));

const readDocument = async (file: string): Promise<string> => {
	const [text, panel] = await Promise.all([
		readFile(join(folder, file), 'utf8'),
		readFile(join(folder, 'rest-panel.html'), 'utf8'),
	]);
	return text.replace('<!-- rest-panel -->', panel);
};

type Content = readonly [type: string, body: Buffer | string];

/** Takes a request for a page; the result is `false` when it is somebody else's. */
export const createPages = ({ restPort }: PagesOptions) => {
	const contentOf = (path: string): Promise<Content> | null => {
		const page = documents[path];
		const part = parts.find((name) => path === `/pages/${name}`);
		if (page !== undefined) return readDocument(page).then((text) => [types.html, text]);
		if (part !== undefined)
			return readFile(part === 'style.css' ? styleFile : join(folder, part)).then((bytes) => [
				part.endsWith('.css') ? types.css : types.js,
				bytes,
			]);
		if (path === '/pages/settings.json')
			return Promise.resolve(['application/json', JSON.stringify({ restPort })] as const);
		if (path === '/flashphoner.js') return readSdk().then((bytes) => [types.js, bytes]);
		return null;
	};

	return (request: IncomingMessage, response: ServerResponse): boolean => {
		if (request.method !== 'GET' && request.method !== 'HEAD') return false;
		const content = contentOf((request.url ?? '/').split('?')[0] ?? '/');
		if (content === null) return false;
		content.then(
			([type, body]) => {
				response.writeHead(200, { ...headers, 'content-type': type });
				response.end(request.method === 'HEAD' ? undefined : body);
			},
			() => {
				response.writeHead(404, { 'content-type': 'text/plain' });
				response.end('This file is not part of this installation.\n');
			},
		);
		return true;
	};
};
