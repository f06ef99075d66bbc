/** node-media-server in a process of its own. Forked by `load.ts`; the parent sends `{ port, data }` and hears `{ done: true }`. */
import NodeMediaServer from 'node-media-server';

process.on('message', ({ port, data }: { port: number; data: string }) => {
	// No HTTP, no recording: RTMP in, and what it keeps for players.
	const server = new NodeMediaServer({
		...{ bind: '127.0.0.1', rtmp: { port }, http: {}, https: {}, rtmps: {} },
		store: { path: data },
		auth: { play: false, publish: false, jwt: { users: [] } },
	});
	server.run().then(
		() => process.send?.({ done: true }),
		(error: unknown) => process.send?.({ error: String(error) }),
	);
});
process.on('disconnect', () => process.exit(0));
