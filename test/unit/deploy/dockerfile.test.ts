/** The image of the ingest node: has what the node imports, and nothing that it need not have. Docker is not needed for that. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../ingest-node/config.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
	readonly dependencies: Record<string, string>;
	readonly devDependencies: Record<string, string>;
};

interface Instruction {
	readonly name: string;
	readonly rest: string;
}
const instructions: readonly Instruction[] = read('deploy/Dockerfile')
	.replaceAll(/^#.*\n/gm, '')
	.replaceAll('\\\n', ' ')
	.split('\n')
	.filter((line) => line.trim() !== '')
	.map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1).trim() }));
const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
const rests = (name: string): string[] => lastStage.filter((one) => one.name === name).map(({ rest }) => rest);
const command = (text: string): string[] => JSON.parse(text.slice(text.indexOf('[')));

/** What is copied out of the repository. */
const copied = rests('COPY')
	.filter((rest) => !rest.startsWith('--from='))
	.flatMap((rest) => rest.split(/\s+/).slice(0, -1));
const isCopied = (path: string): boolean => copied.some((part) => path === part || path.startsWith(`${part}/`));

/** All files that a module needs, itself included, and the packages, by its import declarations. */
const closureOf = (entry: string): { files: Set<string>; packages: Set<string> } => {
	const files = new Set<string>();
	const packages = new Set<string>();
	const visit = (path: string): void => {
		if (files.has(path)) return;
		files.add(path);
		// Types are no imports when Node runs the file.
		const text = read(path).replaceAll(/^(im|ex)port type [^;]*;/gms, '');
		for (const [, name = ''] of text.matchAll(/^(?:import|export)\s(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gms)) {
			if (name.startsWith('.')) visit(relative(root, join(root, dirname(path), name)));
			else if (!name.startsWith('node:') && !builtinModules.includes(name))
				packages.add(name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''));
		}
	};
	visit(entry);
	return { files, packages };
};

describe('deploy/Dockerfile', () => {
	it('is of Debian slim and the Node that is developed with', () => {
		const version = manifest.devDependencies.node?.split('.')[0];
		const bases = instructions.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0]);
		for (const base of bases) expect(base).toBe(`node:${version}-bookworm-slim`);
	});

	it('runs what npm run ingest runs, as a user without rights, and gets signals itself', () => {
		expect(rests('USER')).toEqual(['node']);
		expect(lastStage.at(-1)?.name).toBe('CMD');
		expect(command(lastStage.at(-1)?.rest ?? '')).toEqual(JSON.parse(read('package.json')).scripts.ingest.split(' '));
	});

	it('copies what is there and not ignored', () => {
		const kept = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
		for (const path of copied) {
			expect(existsSync(join(root, path)), path).toBe(true);
			expect(kept).toContain(path);
		}
		expect(read('.dockerignore').match(/^\*$/m)).not.toBeNull();
	});

	it('has every module that the node imports, and their packages without development dependencies', () => {
		const { files, packages } = closureOf('ingest-node/main.ts');
		expect(files.size).toBeGreaterThan(100);
		expect([...files].filter((path) => !isCopied(path))).toEqual([]);
		expect(packages.size).toBeGreaterThan(5);
		expect([...packages].filter((name) => !Object.hasOwn(manifest.dependencies, name))).toEqual([]);
	});

	it('exposes the ports that are open unless set otherwise', () => {
		const config = readConfig({ STORE_DIR: '/somewhere' });
		const { rtmpPort, wsPort, controlPort, webRtcPort } = config;
		const exposed = rests('EXPOSE').join(' ').split(' ');
		const wanted = [rtmpPort, wsPort, controlPort, config.rtsp.port].map(String);
		expect(exposed).toEqual(expect.arrayContaining([...wanted, `${webRtcPort}/udp`]));
	});

	it('asks for health as the node answers it', async () => {
		const [, script = ''] = command(rests('HEALTHCHECK')[0] ?? '');
		expect(isCopied(script)).toBe(true);
		let status = 200;
		const server = createServer(({ url }, response) => response.writeHead(url === '/healthz' ? status : 404).end());
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const port = (server.address() as AddressInfo).port;
		const check = (): Promise<number | null> =>
			new Promise((resolve) => {
				const env = { CONTROL_PORT: String(port), CONTROL_HOST: '0.0.0.0' };
				spawn(process.execPath, [join(root, script)], { env, stdio: 'ignore' }).once('exit', resolve);
			});
		expect(await check()).toBe(0);
		status = 503;
		expect(await check()).toBe(1);
		await new Promise((resolve) => server.close(resolve));
		expect(await check()).toBe(1);
	});
});
