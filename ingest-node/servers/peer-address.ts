/** `address:port` for logs; an IPv4 peer of an IPv6 socket is written as IPv4. */
export const peerAddress = (address: string | undefined, port: number | undefined): string => {
	const host = (address ?? '?').replace(/^::ffff:/, '');
	return `${host.includes(':') ? `[${host}]` : host}:${port ?? 0}`;
};
