/** Opens the way for a camera's UDP packets through what stands between us: firewalls let in who has been spoken to. */
import { buildRtpPacket } from '../protocols/rtp/packet.ts';
import { buildReceiverReport } from '../protocols/rtp/rtcp/report.ts';
import type { UdpPortPair } from '../servers/udp-port-pair.ts';

const nothing = new Uint8Array(0);

/** Sends an RTP packet without payload and an RTCP report about nobody. */
export const punchHoles = (udp: UdpPortPair, ssrc: number, payloadType: number): void => {
	const rtp = { marker: false, payloadType, sequence: 0, timestamp: 0, ssrc, payload: nothing };
	udp.send('rtp', buildRtpPacket(rtp));
	udp.send('rtcp', buildReceiverReport(ssrc, []));
};
