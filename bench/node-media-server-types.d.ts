declare module 'node-media-server' {
	/** What the bench uses of it. */
	export default class NodeMediaServer {
		constructor(config: object);
		run(): Promise<void>;
	}
}
