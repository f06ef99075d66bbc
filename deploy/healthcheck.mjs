// Whether the ingest node of this container runs: exit code 0 when `/healthz` on its control port says so.
const port = process.env.CONTROL_PORT || '8082';
const bound = process.env.CONTROL_HOST || '127.0.0.1';
const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[bound] ?? bound;
const host = address.includes(':') ? `[${address}]` : address;
try {
	const { ok } = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2500) });
	process.exitCode = ok ? 0 : 1;
} catch (error) {
	console.error(String(error.cause ?? error));
	process.exitCode = 1;
}
