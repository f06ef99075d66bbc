// Whether the ingest node of this container runs: exit code 0 when `/healthz` on its control port says so.
const settings = async () => {
	if (!process.env.CONFIG_FILE?.trim()) return process.env;
	try {
		// Only here: most containers are set up by their environment, and need no parser every few seconds.
		return (await import('../ingest-node/settings/file.ts')).withSettingsFile(process.env);
	} catch (error) {
		// Somebody is just changing it. The node goes on with what it has read.
		console.error(String(error.message ?? error));
		return process.env;
	}
};
const { CONTROL_PORT, CONTROL_HOST } = await settings();
const port = CONTROL_PORT?.trim() || '8082';
const bound = CONTROL_HOST?.trim() || '127.0.0.1';
const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[bound] ?? bound;
const host = address.includes(':') ? `[${address}]` : address;
// Off, or a port that only the node knows: that its process lives, and so its container, is all there is to know.
if (/^(0+|auto)$/.test(port)) process.exit(0);
try {
	const { ok } = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2500) });
	process.exitCode = ok ? 0 : 1;
} catch (error) {
	console.error(String(error.cause ?? error));
	process.exitCode = 1;
}
