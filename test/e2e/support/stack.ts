/** The stack on free ports of the loopback interface, with its data in a folder that is gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../local/config.ts';
import { startStack } from '../../../local/stack.ts';

/** The environment for free ports, without what the caller's own may set. */
export const freePorts = (dataDir: string): NodeJS.ProcessEnv => ({
	PATH: process.env.PATH,
	HOME: process.env.HOME,
	HOST: '127.0.0.1',
	DATA_DIR: dataDir,
	HTTP_PORT: 'auto',
	HTTPS_PORT: 'auto',
	RTMP_PORT: 'auto',
	RTSP_PORT: 'auto',
	RTSPS_PORT: 'auto',
	WS_PORT: 'auto',
	WSS_PORT: 'auto',
	WEBRTC_PORT: 'auto',
	CONTROL_PORT: 'auto',
});

export const makeDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'livestill-test-'));

/** A running stack; its log is kept for the case that something fails. */
export const startTestStack = async (settings: NodeJS.ProcessEnv = {}) => {
	const dataDir = await makeDataDir();
	const env = { ...freePorts(dataDir), ...settings };
	const log: string[] = [];
	const stack = await startStack(readConfig(env), { env, log: (line) => log.push(line), output: 'ignore' });
	return {
		...stack,
		log,
		rest: stack.urls.http ?? '',
		rtmp: `${stack.urls.rtmp}/live`,
		rtsp: `${stack.urls.rtsp}/live`,
		stop: async () => {
			await stack.stop();
			await rm(dataDir, { recursive: true, force: true });
		},
	};
};

export type TestStack = Awaited<ReturnType<typeof startTestStack>>;
