/** The settings that are about RTSP. */
import type { PortRange } from './servers/udp-port-pair.ts';
import type { Port } from './settings/kinds.ts';
import type { Settings } from './settings/schema-tables.ts';

export interface RtspConfig {
	readonly port: Port;
	/** The same with TLS. */
	readonly tlsPort: Port;
	/** Ports for media over UDP; `null`: any that are free. */
	readonly udpPorts: PortRange | null;
}

/** Port with TLS where there is a certificate and nobody says otherwise. */
const usualTlsPort = 8322;

export const readRtspConfig = (settings: Settings, hasCertificate: boolean): RtspConfig => ({
	port: settings.RTSP_PORT,
	tlsPort: settings.RTSPS_PORT === undefined ? (hasCertificate ? usualTlsPort : null) : settings.RTSPS_PORT,
	udpPorts: settings.RTSP_UDP_PORTS ?? null,
});
