/**
 * One ingest node, or one worker of it: store, hub, sources and servers of its settings, put together in this file alone and in the
 * order in which they need each other. What the process does with it is in `main.ts`.
 */
import type { StreamName } from '../src/shared/stream-name.ts';
import { openReplaceableAccess } from './access/open-access.ts';
import { delay, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createEdgeSnapshot } from './edge-snapshot.ts';
import { createHistory } from './history/history.ts';
import { createHub, type StreamStatus } from './hub.ts';
import { type IceServer, iceServersAt } from './ice-servers.ts';
import type { Log } from './log.ts';
import { mediaUnavailable } from './media-unavailable.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openStore } from './open-store.ts';
import { importKeys, keyPart } from './reload/control-keys.ts';
import type { Reloadable } from './reload/reload.ts';
import { sourcePart } from './reload/source-part.ts';
import { type AddressShare, createAddressShare } from './servers/address-share.ts';
import { createControlServer } from './servers/control.ts';
import { createFront } from './servers/front.ts';
import { createKeyframeCall, type KeyframeCallHandler } from './servers/keyframe-call.ts';
import { createRtmpServer } from './servers/rtmp.ts';
import { createRtspServer } from './servers/rtsp.ts';
import { createSourceCalls, createSourceRest, joinSourceCalls } from './servers/source-rest.ts';
import { createWebRtcEngine } from './servers/webrtc/engine.ts';
import { ConfigError } from './settings/config-error.ts';
import type { Port } from './settings/kinds.ts';
import { type EndingNode, webhookTimeOf } from './shutdown.ts';
import { createPlayPull } from './sources/play-pull.ts';
import type { PullRule } from './sources/pull-rule.ts';
import { createSources } from './sources/registry.ts';
import { createRtspPull } from './sources/rtsp-pull.ts';
import { createStoreClock } from './store-clock.ts';
import { createWatchedStore } from './watched-store.ts';
import { createWebhooks } from './webhooks/webhooks.ts';
import type { Family, FamilyMember } from './workers/family.ts';

/** Where its servers are. `null`: that port is off. */
export interface NodeUrls {
	readonly rtmp: string | null;
	readonly rtmps: string | null;
	readonly rtsp: string | null;
	readonly rtsps: string | null;
	readonly ws: string | null;
	readonly wss: string | null;
	readonly control: string | null;
	/** `udp://host:port` */
	readonly webrtc: string | null;
}

/** @param host that is bound; an address of all is this machine's */
export const urlOf = (scheme: string, host: string | undefined, port: number): string => {
	const name = host === undefined || host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
	return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
};

/** For the log. */
export const urlFields = (urls: Readonly<Record<string, string | null>>): Record<string, string> =>
	Object.fromEntries(Object.entries(urls).map(([what, url]) => [what, url ?? 'off']));

const onDemandProblems = ({ sources }: Config): string[] =>
	sources.sources.some(({ isOnDemand }) => isOnDemand)
		? ['RTSP_SOURCES has sources on demand: the edge starts them, and needs CONTROL_KEY for it.']
		: [];

export interface StartedNode extends EndingNode {
	/** What can be reloaded. */
	readonly parts: readonly Reloadable[];
	readonly urls: Readonly<Record<string, string | null>>;
}

export interface SingleNode extends StartedNode {
	/** What it is to the primary, where it is a worker. */
	readonly member: Omit<FamilyMember, 'reload'>;
}

/** Starts everything. @throws ConfigError, ListenError */
export const startNode = async (config: Config, log: Log, family: Family | null): Promise<SingleNode> => {
	const clock = createStoreClock(systemClock, (offset) => {
		log.warn("the store's clock is used", { offset });
		family?.correctClock(offset);
	});
	const objects = await openStore(config.store, {
		...{ clock, log },
		onUnfit: (error) => {
			log.error('unfit object storage', { reason: error.message });
			process.exit(1);
		},
	});
	const store = createWatchedStore(objects.store, clock, (...call) => metrics.storeCall(...call));
	const metrics: Metrics = createMetrics({
		streams: () => streams(),
		storeIsUp: () => objects.isReady() && store.isUp(),
		clockOffset: () => clock.offset,
		webhooksWaiting: () => webhooks?.waiting() ?? 0,
	});
	const webhooks =
		config.webhooks && createWebhooks({ config: config.webhooks, clock, log, onOutcome: metrics.webhook });
	let phase: 'starting' | 'serving' | 'draining' | 'stopping' = 'starting';
	let node = '';
	let streams = (): readonly StreamStatus[] => [];
	let keyframeCall: KeyframeCallHandler | undefined;
	const readiness = (): string[] => [
		...(phase === 'serving' ? [] : [`the node is ${phase}`]),
		...(objects.isReady() && store.isUp() ? [] : ['object storage does not answer']),
	];
	const control = createControlServer({
		health: () => ({ node, streams: streams() }),
		keyframeCall: () => keyframeCall,
		readiness,
		metrics,
		operatorToken: config.operatorToken,
	});
	const controlPort = config.controlPort === null ? null : await control.listen(config.controlPort, config.controlHost);
	const controlUrl = controlPort === null ? null : urlOf('http', config.controlHost, controlPort);
	// The parent's store and a directory serve this machine only, where a loopback URL tells one node from another.
	node = config.controlUrl ?? (config.store.s3 === undefined ? controlUrl : null) ?? '';

	const { pushInterval, maxConnections, addressLimit, host, tls } = config;
	const shareOf = (): AddressShare => createAddressShare({ most: addressLimit });
	// Past the watch: whether old keyframes are kept says nothing of the live objects, and is not a push.
	const history =
		config.history &&
		createHistory({
			...{ policy: config.history, store: objects.store, clock, log },
			isSweeper: config.isHistorySwept && (family === null || family.slot === 0),
			onKept: metrics.keptKeyframe,
			onSwept: metrics.historySwept,
		});
	const access = openReplaceableAccess(config.access, { clock, log });
	const hub = createHub({
		store,
		clock,
		log,
		node,
		pushInterval,
		history,
		onEnded: metrics.streamEnded,
		onRefused: metrics.publishRefused,
		...(webhooks && { onStored: webhooks.stored, onGone: webhooks.gone }),
		authorise: (request) => access.authorise({ ...request, action: 'publish' }),
		...(family && { hold: family.hold }),
	});
	streams = hub.streams;
	const keys = await importKeys(config);
	if (keys.length > 0) keyframeCall = createKeyframeCall({ hub, keys, clock, log, onCall: metrics.keyframeCall });
	const rtmp = createRtmpServer({ hub, clock, log, maxConnections, share: shareOf() });
	const rtsp = createRtspServer({
		hub,
		clock,
		log,
		maxConnections,
		share: shareOf(),
		udpPorts: config.rtsp.udpPorts,
		takesDigest: () => access.takesProofs,
	});
	const { webRtcPort, webRtc } = config;
	const webRtcEngine =
		webRtcPort === null
			? null
			: await createWebRtcEngine({
					...{ hub, clock, log, port: webRtcPort, host, maxConnections },
					refreshInterval: pushInterval,
					announcedAddresses: webRtc.announcedAddresses,
					maxBitrate: webRtc.bitrate,
					videoCodecs: webRtc.codecs,
					authorisePlay: (request) => access.authorise({ ...request, action: 'play', protocol: 'webrtc' }),
				});
	const iceServers = (): readonly IceServer[] => iceServersAt(config.turn, clock.now());
	const { isRuleGiven, idleTimeout } = config.sources;
	let { rule: newestRule } = config.sources;
	const rule: PullRule = { allows: (host, addresses) => newestRule.allows(host, addresses) };
	const pull = { clock, log, random: Math.random };
	const sources = createSources({
		hub,
		...pull,
		idleTimeout,
		startPull: createRtspPull({ ...pull, rule, udpPorts: config.rtsp.udpPorts }),
	});
	const canBeCalled = node !== '' && keys.length > 0;
	if (!canBeCalled && onDemandProblems(config).length > 0) throw new ConfigError(onDemandProblems(config));
	const mayConnect = async (query: string, remote: string): Promise<boolean> =>
		access.authorise({ action: 'connect', protocol: 'webrtc', name: null, remote, query }).then(
			() => true,
			() => false,
		);
	const isPublished = (name: StreamName): boolean => hub.status(name) !== null || family?.has(name) === true;
	const ownSources = createSourceCalls(sources);
	const ownEngine = webRtcEngine ?? mediaUnavailable;
	const front = createFront({
		engine: family?.engine(ownEngine, clock) ?? ownEngine,
		takeSnapshot: createEdgeSnapshot(config.edgeUrl, config.edgeToken),
		isPublished,
		fetchStream: createPlayPull({
			...{ sources, rule, isRuleGiven, access, log },
			...(family && { isElsewhere: family.has }),
		}),
		sourceRest: createSourceRest({
			...{ sources, rule, isPublished, access, canBeCalled, log },
			calls: family === null ? ownSources : joinSourceCalls(ownSources, family.sources),
		}),
		endElsewhere: family?.endSession,
		obstacle: (name) => hub.playable(name)?.playable.obstacle ?? null,
		iceServers,
		iceServersFor: (query, remote) =>
			config.turn.urls.length === 0 ? [] : mayConnect(query, remote).then((may) => (may ? iceServers() : [])),
		authoriseLook: (name, query, remote) =>
			access.authorise({ action: 'snapshot', protocol: 'webrtc', name, remote, query }),
		isStored: (name) => (hub.status(name)?.pushes ?? 0) > 0,
		clock,
		log,
		maxConnections,
		addressLimit,
		restPort: Number(new URL(config.edgeUrl ?? 'http://localhost:8081').port || 80),
	});
	const servers = { rtmp, rtmps: rtmp, rtsp, rtsps: rtsp, ws: front, wss: front } as const;
	const open = async (scheme: keyof typeof servers, port: Port): Promise<string | null> => {
		if (port === null) return null;
		const variable = `${scheme.toUpperCase()}_PORT`;
		const server = servers[scheme];
		const isSecure = scheme === 'rtmps' || scheme === 'rtsps' || scheme === 'wss';
		const bound = await server.listen({ port, host, variable, tls: isSecure ? tls : undefined });
		return urlOf(scheme, host, bound);
	};
	const urls: NodeUrls = {
		rtmp: await open('rtmp', config.rtmpPort),
		rtmps: await open('rtmps', config.rtmpsPort),
		rtsp: await open('rtsp', config.rtsp.port),
		rtsps: await open('rtsps', config.rtsp.tlsPort),
		ws: await open('ws', config.wsPort),
		wss: await open('wss', config.wssPort),
		control: controlUrl,
		webrtc: webRtcEngine && urlOf('udp', host, webRtcEngine.port),
	};
	if (family === null) log.info('ingest node ready', urlFields({ ...urls, calledAt: node || null }));
	else log.info('worker ready', { worker: family.slot, ...urlFields({ webrtc: urls.webrtc }) });
	phase = 'serving';
	for (const source of config.sources.sources) sources.add(source);
	const reason = 'the ingest node is shutting down';
	const drain = (): void => {
		phase = 'draining';
		hub.drain();
		rtmp.drain();
		rtsp.drain();
		front.drain();
		webRtcEngine?.drain();
		// Cameras need no time to go elsewhere, and the sooner their names are free the better.
		void sources.close(reason);
	};
	const stop = async (timeout: number): Promise<void> => {
		phase = 'stopping';
		rtmp.close();
		rtsp.close();
		front.close();
		webRtcEngine?.close();
		const ended = sources.close(reason).then(hub.close);
		await Promise.race([ended, delay(clock, timeout)]);
		history?.close();
		await webhooks?.close(webhookTimeOf(timeout));
		control.close();
		await objects.close();
	};
	const parts: Reloadable[] = [
		{ problems: () => [], take: (next) => access.replace(next.access) },
		keyPart(keys),
		sourcePart({
			...{ sources, first: config.sources.sources, log },
			moreProblems: (next) => (canBeCalled ? [] : onDemandProblems(next)),
			onTake: (next) => {
				newestRule = next.sources.rule;
			},
		}),
	];
	const member = {
		...{ hub, readiness, drain, metrics: metrics.samples, endSession: front.endSession, sources: ownSources },
		stop: (timeout: number) => void stop(timeout).finally(() => process.exit(0)),
	};
	return { drain, isIdle: () => hub.streams().length === 0, stop, parts, urls: { ...urls }, member };
};
