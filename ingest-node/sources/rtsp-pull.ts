/** Fetches the video of an RTSP camera once: connects, follows redirects, and tells of the end, whoever makes it. */
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import { redirectTarget } from '../protocols/rtsp/redirect-target.ts';
import { RtspRedirect } from '../protocols/rtsp/response-error.ts';
import type { RtspUri } from '../protocols/rtsp/rtsp-uri.ts';
import type { PortRange } from '../servers/udp-port-pair.ts';
import { type CameraSession, serveCameraSession } from './camera-session.ts';
import type { Pull, PullEnd, StartPull } from './pull.ts';
import { type PullRule, resolveHost } from './pull-rule.ts';
import { type PullTimeouts, pullTimeouts } from './pull-timeouts.ts';
import { connectToCamera } from './rtsp-socket.ts';

export interface RtspPullOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** 0 ≤ x < 1. */
	readonly random: () => number;
	/** Hosts that callers may name, and cameras redirect to. */
	readonly rule: PullRule;
	/** Ports for media over UDP; `null`: any that are free. */
	readonly udpPorts: PortRange | null;
	readonly timeouts?: PullTimeouts;
}

const maxRedirects = 5;

export const createRtspPull =
	({ clock, log, random, rule, udpPorts, timeouts = pullTimeouts }: RtspPullOptions): StartPull =>
	(settings, transports, events): Pull => {
		const { name, uri: first, anyCertificate, isTrusted } = settings;
		const abort = new AbortController();
		const ssrc = Math.floor(random() * 2 ** 32);
		let session: CameraSession | null = null;
		let isOver = false;
		let resolveEnd = (_end: PullEnd): void => {};
		const ended = new Promise<PullEnd>((resolve) => {
			resolveEnd = resolve;
		});

		const finish = (reason: string): void => {
			if (isOver) return;
			isOver = true;
			cancelSetup();
			abort.abort();
			session?.end(reason);
			resolveEnd({ reason, mute: session?.isHeard === false ? (session.media()?.transport.lower ?? null) : null });
		};
		const cancelSetup = clock.after(timeouts.setup, () => finish(`no video within ${timeouts.setup / 1000} s`));

		const open = async (uri: RtspUri): Promise<CameraSession> => {
			const mayPass = isTrusted && uri.host === first.host;
			// A second address is for hosts that have both families and serve one.
			const addresses = (await resolveHost(uri.host, mayPass ? null : rule)).slice(0, 2);
			let failure: unknown;
			for (const address of addresses) {
				try {
					const { connect: timeout } = timeouts;
					const socket = await connectToCamera({ uri, address, anyCertificate, timeout, signal: abort.signal });
					return serveCameraSession(socket, {
						...{ uri, transports, clock, ssrc, timeouts, events, udpPorts },
						onOver: finish,
					});
				} catch (error) {
					failure = error;
				}
			}
			throw failure;
		};

		const play = async (): Promise<void> => {
			let uri = first;
			for (let redirects = 0; !isOver; redirects += 1) {
				const opened = await open(uri);
				session = opened;
				if (isOver) {
					opened.end('not wanted any more');
					return;
				}
				try {
					await opened.play();
					break;
				} catch (error) {
					if (!(error instanceof RtspRedirect)) throw error;
					session = null;
					opened.end(error.message);
					if (redirects === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
					uri = redirectTarget(uri, error.location);
				}
			}
			cancelSetup();
			const { video, transport } = session?.media() ?? {};
			log.info('camera plays', {
				stream: name,
				camera: `${uri.host}:${uri.port}`,
				codec: video?.codec,
				transport: transport?.lower,
			});
		};
		play().catch((error: unknown) => finish(messageOf(error)));

		return { ended, counters: () => session?.counters() ?? {}, stop: finish };
	};
