import { createSignallingConnection } from '../../../ingest-node/protocols/flashphoner/connection.ts';
import type { SignallingPorts } from '../../../ingest-node/protocols/flashphoner/ports.ts';
import { createRooms } from '../../../ingest-node/protocols/flashphoner/rooms.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeMediaEngine } from './fake-media-engine.ts';

export interface Said {
	readonly message: string;
	/** First argument. */
	readonly data: Readonly<Record<string, unknown>>;
	readonly all: readonly unknown[];
}

/** Connections of the state machine over a fake engine and a clock that the test owns. */
export const createSignallingBench = (ports: Partial<SignallingPorts> & { connectAtOnce?: boolean } = {}) => {
	const clock = createFakeClock();
	const engine = createFakeMediaEngine({ connectAtOnce: ports.connectAtOnce ?? true });
	const faults: unknown[] = [];
	const shared: SignallingPorts = {
		engine,
		clock,
		rooms: createRooms(),
		takeSnapshot: async (name) => `picture of ${name}`,
		isPublished: engine.isPublished,
		obstacle: () => null,
		iceServersFor: () => [],
		authoriseLook: async () => {},
		isStored: () => true,
		onFault: (error) => faults.push(error),
		...ports,
	};

	const connect = ({ query = '', hello = true } = {}) => {
		const said: Said[] = [];
		const closed: string[] = [];
		const connection = createSignallingConnection(
			{
				remote: '192.0.2.1:5000',
				local: '192.0.2.2:8080',
				query,
				send: (text) => {
					const { message, data } = JSON.parse(text) as { message: string; data: unknown[] };
					said.push({ message, data: data[0] as Said['data'], all: data });
				},
				close: (reason) => closed.push(reason),
			},
			shared,
		);
		const tell = async (message: string, argument: unknown = null): Promise<void> => {
			connection.receive(JSON.stringify({ message, data: [argument] }));
			await clock.advance(0);
		};
		const start =
			(kind: 'publish' | 'play') =>
			(id: string, name: string, more: object = {}) =>
				tell(`${kind}Stream`, { mediaSessionId: id, name, mediaProvider: 'WebRTC', sdp: `offer of ${id}`, ...more });
		if (hello) connection.receive('{"message":"connection","data":[{"appKey":"defaultApp"}]}');
		return {
			connection,
			closed,
			tell,
			publish: start('publish'),
			play: start('play'),
			/** What was said since the last look. */
			heard: (): Said[] => said.splice(0),
			/** Status and info of stream events since the last look. */
			statuses: (): unknown[] =>
				said
					.splice(0)
					.filter(({ message }) => message === 'notifyStreamStatusEvent')
					.map(({ data }) => [data.mediaSessionId, data.status, data.info]),
		};
	};

	return { clock, engine, faults, connect };
};
