/** The health check of the container, as Docker runs it, against a control port. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlServer, createControlServer } from '../../ingest-node/servers/control.ts';
import { compileCache } from '../support/compile-cache.ts';

const script = fileURLToPath(new URL('../../deploy/healthcheck.mjs', import.meta.url));

let folder: string;
let server: ControlServer;
let port: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'livestill-health-'));
	server = createControlServer({ health: () => ({ node: '', streams: [] }), keyframeCall: () => undefined });
	port = String(await server.listen(0));
});
afterAll(async () => {
	server.close();
	await rm(folder, { recursive: true });
});

/** Exit code. @param file text of the configuration file; `null`: there is none */
const check = async (env: Record<string, string>, file: string | null = null): Promise<number> => {
	const name = join(folder, 'node.yaml');
	if (file !== null) await writeFile(name, file);
	const all = { ...compileCache, PATH: process.env.PATH ?? '', ...env, ...(file !== null && { CONFIG_FILE: name }) };
	return new Promise((resolve) => {
		execFile(process.execPath, [script], { env: all }, (error) => resolve(error === null ? 0 : Number(error.code)));
	});
};

/** Nobody listens there. */
const nowhere = '1';

it('is healthy when the node answers, wherever its port is set', async () => {
	const codes = await Promise.all([
		check({ CONTROL_PORT: port }),
		check({ CONTROL_PORT: ` ${port}`, CONTROL_HOST: '0.0.0.0' }),
		check({ CONTROL_PORT: nowhere }),
	]);
	expect(codes).toEqual([0, 0, 1]);
	expect(await check({}, `control_port: ${port}\n`)).toBe(0);
	expect(await check({}, `control_port: ${nowhere}\n`)).toBe(1);
	expect(await check({ CONTROL_PORT: port }, `control_port: ${nowhere}\n`)).toBe(0);
	expect(await check({ CONTROL_PORT: port }, 'control_port: [\n')).toBe(0);
});

it('is healthy as long as it lives where it has no port to ask', async () => {
	expect(await Promise.all(['0', 'auto'].map((each) => check({ CONTROL_PORT: each })))).toEqual([0, 0]);
	expect(await check({}, 'control_port: 0\n')).toBe(0);
});
