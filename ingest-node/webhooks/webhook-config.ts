import type { AllowedHosts } from '../outgoing/guarded-lookup.ts';
import type { ReadSettings } from '../settings/read.ts';
import type { WebhookEventName } from './event.ts';

export interface WebhookConfig {
	/** Receivers, one at least. */
	readonly urls: readonly string[];
	/** As `isWebhookSecret` accepts them; one at least. */
	readonly secrets: readonly string[];
	readonly events: readonly WebhookEventName[];
	/** Least milliseconds between two `snapshot.created` of a stream. */
	readonly snapshotInterval: number;
	/** Receivers outside of the public internet; `null`: none. */
	readonly allowed: AllowedHosts | null;
	/** File of what could not be delivered; `undefined`: the log. */
	readonly deadLetters: string | undefined;
	/** Where previews are, without a slash at the end; `undefined`: not known. */
	readonly previews: string | undefined;
}

/** `WEBHOOK_URLS` and the like; `undefined` when there is no receiver. Adds to the problems. */
export const readWebhookConfig = ({ settings, value, problems }: ReadSettings): WebhookConfig | undefined => {
	const { WEBHOOK_URLS: urls = [], WEBHOOK_SECRETS: secrets = [] } = settings;
	if (value('WEBHOOK_URLS') === undefined) return undefined;
	// Who cannot tell our events from a stranger's must not act on them.
	if (value('WEBHOOK_SECRETS') === undefined) problems.push('WEBHOOK_URLS is set: WEBHOOK_SECRETS is needed.');
	return {
		urls,
		secrets,
		events: settings.WEBHOOK_EVENTS,
		snapshotInterval: settings.WEBHOOK_SNAPSHOT_INTERVAL,
		allowed: settings.WEBHOOK_ALLOW ?? null,
		deadLetters: settings.WEBHOOK_DEAD_LETTERS,
		previews: settings.PREVIEW_URL ?? settings.EDGE_URL,
	};
};
