/** The part of the environment that is about RTSP. */
import type { Port } from './config.ts';
import type { PortRange } from './servers/udp-port-pair.ts';

export interface RtspConfig {
	/** `RTSP_PORT`, 8554. */
	readonly port: Port;
	/** `RTSPS_PORT`: the same with TLS, 8322 where there is a certificate, else off. */
	readonly tlsPort: Port;
	/** `RTSP_UDP_PORTS`: ports for media over UDP, such as `20000-20999`; `null`: any that are free. */
	readonly udpPorts: PortRange | null;
}

/** What `config.ts` reads variables with. */
interface Readers {
	readonly value: (name: string) => string | undefined;
	readonly port: (name: string, normal: Port) => Port;
}

/** Below are the ports of the system's own services. */
const lowestPort = 1024;

/** @param problems what is wrong is added to them */
export const readRtspConfig = ({ value, port }: Readers, hasCertificate: boolean, problems: string[]): RtspConfig => {
	const tlsPort = port('RTSPS_PORT', hasCertificate ? 8322 : null);
	if (tlsPort !== null && value('TLS_CERT') === undefined && value('TLS_KEY') === undefined)
		problems.push('RTSPS_PORT is set: TLS_CERT and TLS_KEY are needed.');

	const text = value('RTSP_UDP_PORTS');
	const [, first = '', last = ''] = /^([0-9]{1,5}) ?- ?([0-9]{1,5})$/.exec(text ?? '') ?? [];
	const range = { first: Number(first), last: Number(last) };
	const isRange = first !== '' && range.first >= lowestPort && range.last <= 65_535 && range.last - range.first >= 2;
	if (text !== undefined && !isRange)
		problems.push(`RTSP_UDP_PORTS is "${text}": a range of three ports or more is needed, such as 20000-20999.`);
	return { port: port('RTSP_PORT', 8554), tlsPort, udpPorts: isRange ? range : null };
};
