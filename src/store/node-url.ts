/** Which addresses the edge calls. */
import { keyframePath } from '../shared/control/call.ts';

/** Whether a host may be called. */
export type HostRule = (host: string) => boolean;

/**
 * @param list host names, separated by commas; `*.example.com` stands for all names below `example.com`. Without a list
 * every host may be called: only ingest nodes write objects, so an object's node is one of ours.
 */
export const parseHostRule = (list: string | undefined): HostRule => {
	const hosts = (list ?? '')
		.split(',')
		.map((host) => host.trim().toLowerCase())
		.filter((host) => host !== '');
	if (hosts.length === 0) return () => true;
	return (host) => hosts.some((rule) => (rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule));
};

/** URL of the control call to a node, or `null` when it must not be called. @param node from an object's metadata */
export const callUrl = (node: string, mayCall: HostRule): string | null => {
	if (!URL.canParse(node)) return null;
	const { protocol, username, password, hostname, search, hash, origin, pathname } = new URL(node);
	if (protocol !== 'http:' && protocol !== 'https:') return null;
	if (username !== '' || password !== '' || search !== '' || hash !== '' || !mayCall(hostname)) return null;
	return origin + pathname.replace(/\/+$/, '') + keyframePath;
};
