/**
 * A real S3 service: Ceph's radosgw on a cluster of one monitor and one OSD, plain processes in a folder of their own on
 * loopback ports, without authentication inside. Ready in one to two seconds.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { S3Config } from '../../ingest-node/store/s3-config.ts';
import { createS3Requests } from '../../ingest-node/store/s3-requests.ts';

type Daemon = 'mon' | 'osd' | 'rgw';

export interface Radosgw {
	/** An empty bucket of it. */
	readonly config: S3Config;
	/** Ends a daemon without warning. */
	kill(daemon: Daemon): Promise<void>;
	/** Suspends a daemon, or lets it go on. */
	signal(daemon: Daemon, signal: 'SIGSTOP' | 'SIGCONT'): void;
	/** Starts what was killed; resolves when the service writes again. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

/** Whether the programs are there. Says so where nobody can overlook it. @throws Error where `CI` is set and they are not */
export const isRadosgwMissing = (): boolean => {
	const isThere = ['radosgw', 'ceph-mon', 'ceph-osd'].every(
		(program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
	);
	if (isThere) return false;
	if (process.env.CI) throw new Error('radosgw is not installed, and CI is set: its tests have to run');
	console.warn('\n!!! radosgw is not installed: the tests with a real S3 service are SKIPPED !!!\n');
	return true;
};

const freePort = (): Promise<number> =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

interface Places {
	readonly folder: string;
	readonly port: number;
	readonly monitorPort: number;
	readonly clusterId: string;
	/** Where objects are: in memory, which is fast, or in a file, where they outlive SIGKILL. */
	readonly backend: 'memstore' | 'bluestore';
}

// Least possible waiting everywhere: paxos, watches and timeouts of a cluster of many machines make a start take half a minute.
const configuration = ({ folder, port, monitorPort, clusterId, backend }: Places): string => `[global]
fsid = ${clusterId}
mon_host = [v2:127.0.0.1:${monitorPort}]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_max_backoff = 0.2
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
log_file = ${folder}/log/$name.log
mon_cluster_log_file = ${folder}/log/cluster.log
crash_dir = ${folder}/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_data_avail_warn = 2
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_max_pg_per_osd = 2000
objecter_tick_interval = 0.2
objecter_timeout = 0.5
mon_client_hunt_interval = 0.3
rados_mon_op_timeout = 30
[mon]
mon_data = ${folder}/mon
[osd]
osd_data = ${folder}/osd
osd_objectstore = ${backend}
memstore_device_bytes = 4294967296
bluestore_block_size = 8589934592
bdev_aio_poll_ms = 10
osd_client_watch_timeout = 2
osd_fast_shutdown = false
osd_memory_target = 939524096
[client.rgw]
rgw_data = ${folder}/rgw
ms_mon_client_mode = crc
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_thread_pool_size = 64
rgw_run_sync_thread = false
rgw_enable_quota_threads = false
rgw_enable_lc_threads = false
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
`;

const commands: Readonly<Record<Daemon, readonly string[]>> = {
	mon: ['ceph-mon', '-f', '-i', 'a'],
	osd: ['ceph-osd', '-f', '-i', '0'],
	rgw: ['radosgw', '-f', '-n', 'client.rgw'],
};

const credentials = { accessKeyId: 'livestill', secretAccessKey: 'a-secret-of-the-tests' };
const run = promisify(execFile);
const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

export const startRadosgw = async (backend: Places['backend'] = 'memstore'): Promise<Radosgw> => {
	const folder = mkdtempSync(join(tmpdir(), 'livestill-rgw-'));
	const places = { folder, backend, clusterId: randomUUID(), port: await freePort(), monitorPort: await freePort() };
	const file = `${folder}/ceph.conf`;
	writeFileSync(file, configuration(places));
	for (const name of ['mon', 'osd', 'rgw', 'log']) mkdirSync(`${folder}/${name}`);
	const daemons = new Map<Daemon, ChildProcess>();

	const start = (daemon: Daemon): void => {
		const [program = '', ...args] = commands[daemon];
		const child = spawn(program, [...args, '-c', file], { stdio: 'ignore' });
		running.add(child);
		child.once('exit', () => running.delete(child));
		daemons.set(daemon, child);
	};
	const end = async (daemon: Daemon, signal: NodeJS.Signals): Promise<void> => {
		const child = daemons.get(daemon);
		daemons.delete(daemon);
		if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		const force = setTimeout(() => child.kill('SIGKILL'), 5000);
		await gone;
		clearTimeout(force);
	};

	const config: S3Config = {
		endpoint: `http://127.0.0.1:${places.port}`,
		bucket: 'livestill',
		region: 'auto',
		sessionToken: undefined,
		...credentials,
	};
	/** Makes the bucket, or finds it there: only a signed request shows that the whole service works. */
	const untilReady = async (): Promise<void> => {
		const requests = createS3Requests(config, { timeout: 5000 });
		const until = performance.now() + 60_000;
		for (;;) {
			const answer = await requests.send({ method: 'PUT', key: '', limit: 65_536 }).catch(() => null);
			const written =
				answer?.status === 200 &&
				(await requests.send({ method: 'PUT', key: 'ready', body: Buffer.from('1'), limit: 65_536 }).then(
					({ status }) => status === 200,
					() => false,
				));
			if (written) break;
			if (performance.now() > until) throw new Error(`radosgw is not ready: ${answer?.status ?? 'no answer'}`);
			await sleep(50);
		}
		await requests.close();
	};

	const monitorMap = `${folder}/monmap`;
	await run('monmaptool', [
		'--create',
		'--fsid',
		places.clusterId,
		'--addv',
		'a',
		`[v2:127.0.0.1:${places.monitorPort}]`,
		monitorMap,
	]);
	await run('ceph-mon', ['--mkfs', '-i', 'a', '-c', file, '--monmap', monitorMap]);
	start('mon');
	const osdId = randomUUID();
	await run('ceph', ['-c', file, '--connect-timeout', '20', 'osd', 'new', osdId, '0']);
	await run('ceph-osd', ['--mkfs', '-i', '0', '-c', file, '--osd-uuid', osdId]);
	start('osd');
	await run('radosgw-admin', [
		...['-c', file, '-n', 'client.rgw', 'user', 'create', '--uid=test', '--display-name=test'],
		...[`--access-key=${credentials.accessKeyId}`, `--secret-key=${credentials.secretAccessKey}`],
	]);
	start('rgw');
	await untilReady();

	return {
		config,
		kill: (daemon) => end(daemon, 'SIGKILL'),
		signal: (daemon, signal) => {
			daemons.get(daemon)?.kill(signal);
		},
		restart: async () => {
			for (const daemon of ['mon', 'osd', 'rgw'] as const) if (!daemons.has(daemon)) start(daemon);
			await untilReady();
		},
		stop: async () => {
			for (const daemon of ['rgw', 'osd', 'mon'] as const) await end(daemon, 'SIGKILL');
			rmSync(folder, { recursive: true, force: true });
		},
	};
};
