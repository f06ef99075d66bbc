/** The settings that the tables compare: each differs from the usual ones in what its name says. */
import { type CostSettings, usual } from './settings.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

export interface Scenario {
	readonly name: string;
	readonly settings: CostSettings;
}

const changes: Readonly<Record<string, Partial<CostSettings>>> = {
	'push 2 s, never refresh': { pushInterval: 2000, canRefresh: false },
	'push 2 s (the default)': { pushInterval: 2000 },
	'push 10 s': { pushInterval: 10_000 },
	'push 1 min': { pushInterval: minute },
	'push 1 min, never refresh': { pushInterval: minute, canRefresh: false },
	'push 5 min': { pushInterval: 5 * minute },
	'push 1 h': { pushInterval: 60 * minute },
	'SNAPSHOT_MAX_AGE=1': { refreshAge: 1000 },
	'SNAPSHOT_MAX_AGE=30': { refreshAge: 30_000 },
	'RTMP, RTSP: a keyframe every 2 s': { keyframeInterval: 2000 },
	'RTMP, RTSP: a keyframe every 10 s': { keyframeInterval: 10_000 },
	'a POST every minute': { postsPerHour: 60 },
	'previews looked at all the time': { visitsPerHour: 60 },
	'so, Workers Cache, TTL of the code': { visitsPerHour: 60, hasFrontCache: true },
	'so, Workers Cache, TTL 10 s': { visitsPerHour: 60, hasFrontCache: true, previewTtl: 10 },
	'live half of the time': { deadShare: 0.5 },
	'live a tenth of the time': { deadShare: 0.9 },
	'history 1 min, 1 day, bucket rule': { history: { interval: minute, retention: day }, isSwept: false },
	'history 10 s, 1 day, bucket rule': { history: { interval: 10_000, retention: day }, isSwept: false },
	'history 10 s, 1 day, nodes sweep': { history: { interval: 10_000, retention: day }, isSwept: true },
};

/** @param common what all of them have besides, such as fewer streams */
export const scenarios = (common: Partial<CostSettings>): Scenario[] =>
	Object.entries(changes).map(([name, change]) => ({ name, settings: { ...usual, ...change, ...common } }));

/** What the others differ from. */
export const usualScenario = (common: Partial<CostSettings>): Scenario => ({
	name: 'push 2 min (usual)',
	settings: { ...usual, ...common },
});
