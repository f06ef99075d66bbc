/** The whole stack and a browser, for tests of what pages do with the node. */
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestStack, type TestStack } from './stack.ts';

export interface ChromiumStack {
	readonly stack: TestStack;
	readonly browser: Browser;
	/** HTTP server of the signalling, and of our pages. */
	readonly http: string;
	/** A page that has loaded the SDK and nothing else of interest. */
	open(): Promise<Page>;
	stop(): Promise<void>;
}

export const startChromiumStack = async (settings: NodeJS.ProcessEnv = {}): Promise<ChromiumStack> => {
	const [stack, browser] = await Promise.all([startTestStack(settings), launchBrowser()]);
	const http = stack.urls.ws?.replace('ws', 'http') ?? '';
	return {
		stack,
		browser,
		http,
		open: async () => {
			const page = await browser.newPage({ bypassCSP: true });
			await page.goto(`${http}/two-way-streaming`);
			return page;
		},
		stop: async () => {
			await browser.close();
			await stack.stop();
		},
	};
};
