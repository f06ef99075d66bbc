/** Headless Chromium with a camera that shows a test picture, and pages that it may open. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first Chromium of this machine, or `null`. */
export const findChromium = (): string | null =>
	programs.find((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;

const flags = [
	'--use-fake-ui-for-media-stream',
	'--use-fake-device-for-media-stream',
	'--allow-loopback-in-peer-connection',
	'--autoplay-policy=no-user-gesture-required',
	// Cameras that are drawn go on when another page is in front.
	'--disable-background-timer-throttling',
	'--disable-renderer-backgrounding',
	'--disable-backgrounding-occluded-windows',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export const launchBrowser = async (): Promise<Browser> => {
	const program = spawnSync('which', [findChromium() ?? ''], { encoding: 'utf8' }).stdout.trim();
	return chromium.launch({ executablePath: program, args: flags, chromiumSandbox: false });
};

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Serves a folder as it is, on a free loopback port. */
export const serveFolder = async (folder: string) => {
	const server = createServer((request, response) => {
		const path = normalize((request.url ?? '/').split('?')[0] ?? '/');
		readFile(join(folder, path)).then(
			(bytes) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'image/jpeg' }).end(bytes),
			() => response.writeHead(404).end(),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		stop: () => {
			server.closeAllConnections();
			server.close();
		},
	};
};
