/** Who publishes and who looks, drawn from a seed. All times are whole milliseconds. */
import type { Protocol } from '../../src/shared/keyframe-object.ts';
import type { CostSettings } from './settings.ts';

export interface PublishTime {
	/** Before 0: it was there when the simulation began. */
	readonly from: number;
	readonly to: number;
	/** From the publish to its first keyframe. */
	readonly firstKeyframe: number;
}

export interface Look {
	readonly time: number;
	readonly place: number;
	/** Number of the visit that a look at a preview belongs to; `null`: a `POST`. */
	readonly visit: number | null;
}

/** All that happens to one stream. */
export interface Trace {
	readonly protocol: Protocol;
	/** In their order. */
	readonly publishes: readonly PublishTime[];
	/** In their order. */
	readonly looks: readonly Look[];
}

const hour = 3_600_000;

/** 0 ≤ x < 1. Weyl's sequence through a 32-bit mixer, so that neighbouring seeds have nothing in common. */
const uniformSource = (seed: number): (() => number) => {
	let state = seed | 0;
	return () => {
		state = (state + 0x9e37_79b9) | 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
		return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
	};
};

/** Times of a Poisson process from 0 on. */
const arrivals = (perHour: number, duration: number, random: () => number): number[] => {
	const times: number[] = [];
	if (perHour <= 0) return times;
	const mean = hour / perHour;
	const pause = (): number => -mean * Math.log1p(-random());
	for (let time = pause(); time < duration; time += pause()) times.push(Math.floor(time));
	return times;
};

/** From a normal distribution (Box and Muller 1958). */
const normal = (random: () => number): number =>
	Math.sqrt(-2 * Math.log1p(-random())) * Math.cos(2 * Math.PI * random());

const protocolOf = (shares: CostSettings['protocols'], random: () => number): Protocol => {
	const drawn = random();
	if (drawn < shares.webrtc) return 'webrtc';
	return drawn < shares.webrtc + shares.rtmp ? 'rtmp' : 'rtsp';
};

const publishTimes = (
	settings: CostSettings,
	protocol: Protocol,
	duration: number,
	random: () => number,
): PublishTime[] => {
	const { deadShare, publishLength, pushInterval, keyframeInterval } = settings;
	const firstKeyframe = (): number => Math.floor(random() * (protocol === 'webrtc' ? 300 : keyframeInterval));
	// It has been there for longer than anybody remembers; where in its push interval it is, is left to chance.
	const began = (): number => -Math.ceil((1 + random()) * pushInterval);
	if (deadShare <= 0) return [{ from: began(), to: Number.POSITIVE_INFINITY, firstKeyframe: firstKeyframe() }];
	const pauseLength = (publishLength * deadShare) / (1 - deadShare);
	const length = (mean: number): number => Math.ceil(-mean * Math.log1p(-random())) + 1;
	const times: PublishTime[] = [];
	let isLive = random() >= deadShare;
	// Exponential lengths have no memory: what is left at the beginning has the same distribution.
	for (let time = 0; time < duration; isLive = !isLive) {
		const end = time + length(isLive ? publishLength : pauseLength);
		if (isLive) times.push({ from: time === 0 ? began() : time, to: end, firstKeyframe: firstKeyframe() });
		time = end;
	}
	return times;
};

/** What happens to the stream of that number within `duration`. */
export const drawTrace = (settings: CostSettings, seed: number, stream: number, duration: number): Trace => {
	const random = uniformSource(Math.imul(seed, 0x85eb_ca6b) ^ Math.imul(stream + 1, 0xc2b2_ae35));
	const { postsPerHour, visitsPerHour, visitLength, visitInterval, places, skew } = settings;
	const protocol = protocolOf(settings.protocols, random);
	const publishes = publishTimes(settings, protocol, duration, random);
	// Log-normal with a mean of 1.
	const demand = Math.exp(skew * normal(random) - skew ** 2 / 2);
	const place = (): number => Math.floor(random() * places);
	const looks: Look[] = arrivals(postsPerHour * demand, duration, random).map((time) => ({
		...{ time, place: place(), visit: null },
	}));
	// Those who came before the beginning and are still there look, too.
	const visits = arrivals(visitsPerHour * demand, duration + visitLength, random);
	for (const [visit, at] of visits.entries()) {
		const began = at - visitLength;
		const from = place();
		for (let time = began; time < began + visitLength && time < duration; time += visitInterval)
			if (time >= 0) looks.push({ time, place: from, visit });
	}
	looks.sort((a, b) => a.time - b.time);
	return { protocol, publishes, looks };
};
