/** What a node must have been told before it may face the world. */
import { isLoopback } from './access/address-key.ts';
import type { Config } from './config.ts';

/** Characters: shorter ones are found by trying, at 20 a minute from each of many addresses. */
const minTokenLength = 16;

const isLocalHost = (host: string): boolean => host === 'localhost' || isLoopback(host);

type Checked = Pick<Config, 'access' | 'controlHost' | 'controlPort' | 'controlKeys' | 'operatorToken' | 'edgeUrl'> &
	Pick<Config, 'edgeToken' | 'hasOwnStore' | 'sources' | 'addressLimit'>;

/** One line for each thing that is open; empty: the node may run in production. No secret is in them. */
export const openAtTheNode = (config: Checked): string[] => {
	const { access, controlHost, controlPort, controlKeys, operatorToken, edgeUrl, edgeToken, hasOwnStore, sources } =
		config;
	const { publishToken, playToken, streamKeys, jwt, hookUrl } = access;
	const problems: string[] = [];
	const decidesForAll = jwt !== undefined || hookUrl !== undefined;
	const hasKey = (action: 'publish' | 'play'): boolean => streamKeys.some(({ grant }) => grant[action] !== undefined);
	if (publishToken === undefined && !decidesForAll && !hasKey('publish'))
		problems.push(
			'Everybody may publish: PUBLISH_TOKEN, STREAM_KEYS, JWT_SECRET, JWT_JWKS_URL or AUTH_HOOK_URL has to be set.',
		);
	if (playToken === undefined && !decidesForAll && !hasKey('play') && !access.isPlayOpen)
		problems.push('Everybody may play: PLAY_TOKEN has to be set, or PLAY_ACCESS=open if they may.');
	for (const [name, token] of Object.entries({ PUBLISH_TOKEN: publishToken, PLAY_TOKEN: playToken }))
		if (token !== undefined && token.length < minTokenLength)
			problems.push(`${name} has fewer than ${minTokenLength} characters.`);
	if (access.allowedFailures === 0) problems.push('AUTH_FAILURES is 0: wrong credentials may be tried for ever.');
	if (config.addressLimit === null)
		problems.push('MAX_CONNECTIONS_PER_ADDRESS is 0: one address may take all there are.');
	if (controlPort !== null && controlKeys.length === 0 && hasOwnStore)
		problems.push('CONTROL_KEY is not set: the edge cannot prove that its calls are its own.');
	if (controlPort !== null && !isLocalHost(controlHost) && operatorToken === undefined)
		problems.push(
			`OPERATOR_TOKEN is not set, and CONTROL_HOST is ${controlHost}: /health and /metrics name streams and peers.`,
		);
	if (edgeUrl !== undefined && edgeToken === undefined && hasOwnStore)
		problems.push('EDGE_TOKEN is not set: an edge in production gives this node no snapshots for its WebSDK clients.');
	if (sources.rule.allows('example.invalid', ['203.0.113.1']))
		problems.push('RTSP_PULL_ALLOW lets callers have any host pulled: name yours.');
	return problems;
};
