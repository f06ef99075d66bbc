/**
 * Players that ask for a camera by its URI, as WCS lets them: the camera is pulled while somebody plays it, and forgotten
 * afterwards.
 */
import { LivestillError } from '../../src/shared/errors.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Access } from '../access/access.ts';
import { type Log, messageOf } from '../log.ts';
import { type PullRule, resolveHost } from './pull-rule.ts';
import type { Sources } from './registry.ts';
import type { SourceSettings } from './source.ts';
import { parseSourceSettings } from './source-settings.ts';

export interface PlayPullOptions {
	readonly sources: Sources;
	readonly rule: PullRule;
	/** The operator has named hosts, and so which cameras anybody may ask for. */
	readonly isRuleGiven: boolean;
	/** Who may play, and who may have cameras pulled. */
	readonly access: Pick<Access, 'authorise' | 'isClosed'>;
	/** Whether another process of this node has the stream. */
	readonly isElsewhere?: (name: StreamName) => boolean;
	readonly log: Log;
}

/**
 * Resolves when the camera of that name is published, also by somebody else before; at once for names that are no
 * `rtsp://` URI.
 *
 * @param name as the player has it, with credentials where the camera wants some
 * @param query credentials of the player @param remote its address and port
 * @throws LivestillError `INVALID_PARAMETER`, `INVALID_STREAM_NAME`, `UNAUTHORIZED`, `FORBIDDEN`, `BUSY`,
 *   `PROTOCOL_VIOLATION` the camera does not play
 */
export type PlayPull = (name: string, query: string, remote: string) => Promise<void>;

type Shown = { readonly query: string; readonly remote: string };

const asked = (name: StreamName, shown: Shown) => ({ protocol: 'webrtc', name, ...shown });

export const createPlayPull = (options: PlayPullOptions): PlayPull => {
	const { sources, rule, isRuleGiven, access, isElsewhere = () => false, log } = options;

	const demandPermission = async ({ name, uri: { host } }: SourceSettings, shown: Shown): Promise<void> => {
		if (access.isClosed('pull')) await access.authorise({ action: 'pull', ...asked(name, shown) });
		else if (!isRuleGiven) throw new LivestillError('FORBIDDEN', 'Restricted access');
		await resolveHost(host, rule);
	};

	return async (name, query, remote) => {
		if (!/^rtsps?:\/\//i.test(name)) return;
		const settings = parseSourceSettings(name, false);
		if (isElsewhere(settings.name)) return;
		const present = sources.find(name);
		// Whatever its state: the media engine tells what there is to play, and wakes a source on demand.
		if (present !== null && !present.settings.isTransient) return;
		// Before anything is connected to or waited for: the engine asks only when there is something to play.
		await access.authorise({ action: 'play', ...asked(settings.name, { query, remote }) });
		let source = present;
		if (source === null) {
			await demandPermission(settings, { query, remote });
			source = sources.find(name) ?? sources.add({ ...settings, isTransient: true });
		}
		await source.untilPublished().catch((error: unknown) => {
			log.warn('a player got no camera', { stream: settings.name, reason: messageOf(error) });
			throw new LivestillError('PROTOCOL_VIOLATION', 'Failed to connect to rtsp stream', { cause: error });
		});
	};
};
