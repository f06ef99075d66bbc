/** A WHIP publisher and a WHEP player over real HTTP, with the packets of a test peer. */
import type { TestPeer } from '../../ingest/support/webrtc-peer.ts';
import { createTestPeer } from '../../ingest/support/webrtc-peer.ts';

export interface WhipClient {
	readonly peer: TestPeer;
	/** DELETE. Returns its status. */
	end(): Promise<number>;
}

export interface WhipRequest {
	/** Origin of the signalling. */
	readonly http: string;
	readonly name: string;
	readonly options?: Partial<Parameters<typeof createTestPeer>[0]>;
	/** Makes a connection of its own of each request: another process of the node may get it. */
	readonly connectsAnew?: boolean;
	/** What becomes of the answer on its way. */
	readonly reroute?: (answer: string) => string;
}

/** Resolves when the media is connected. */
export const openWhip = async (kind: 'whip' | 'whep', request: WhipRequest): Promise<WhipClient> => {
	const { http, name, options = {}, reroute = (answer) => answer, connectsAnew = false } = request;
	const connection: Record<string, string> = connectsAnew ? { connection: 'close' } : {};
	const peer = await createTestPeer({ direction: kind === 'whip' ? 'sendonly' : 'recvonly', ...options });
	try {
		const url = `${http}/${kind}/${encodeURIComponent(name)}`;
		const headers = { ...connection, 'content-type': 'application/sdp' };
		const response = await fetch(url, { method: 'POST', headers, body: peer.offer });
		const text = await response.text();
		if (response.status !== 201) throw new Error(`${kind} of ${name} is answered ${response.status}: ${text}`);
		await peer.connect(reroute(text));
		const location = new URL(response.headers.get('location') ?? '', http);
		return { peer, end: async () => (await fetch(location, { method: 'DELETE', headers: connection })).status };
	} catch (error) {
		peer.close();
		throw error;
	}
};
