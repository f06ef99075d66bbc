/** `npm run cost -- [--streams N] [--sample N] [--minutes N] [--seed N] [--set NAME=VALUE]...`: what a fleet costs a month, by simulation. */
import { parseArgs } from 'node:util';
import { type Outcome, simulate } from './cost/fleet.ts';
import { scenarios, usualScenario } from './cost/scenarios.ts';
import { type CostSettings, usual } from './cost/settings.ts';
import { runsOf, shareWithin } from './cost/tally.ts';
import { type Cell, formatTable } from './table.ts';

/** What the design promises, dollars a stream-month. */
const target = 0.2;

const usage = `usage: npm run cost -- [--streams N] [--sample N] [--minutes N] [--seed N] [--set NAME=VALUE]...
NAME is one of ${Object.keys(usual).join(', ')}; VALUE is JSON, times in milliseconds.`;

const fail = (why: string): never => {
	console.error(`${why}\n${usage}`);
	process.exit(2);
};

const wholeNumber = (text: string, name: string): number =>
	/^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : fail(`${name}: a whole number from 1 on is needed`);

const knob = (assignment: string): [string, unknown] => {
	const [, name = '', value = ''] = /^([A-Za-z]+)=(.+)$/.exec(assignment) ?? [];
	if (!Object.hasOwn(usual, name)) fail(`${assignment}: no such knob`);
	try {
		return [name, JSON.parse(value)];
	} catch {
		return fail(`${assignment}: ${value} is not JSON`);
	}
};

const text = { type: 'string' } as const;
const { values } = parseArgs({
	options: { streams: text, sample: text, minutes: text, seed: text, set: { ...text, multiple: true } },
});
const common: Partial<CostSettings> = {
	...Object.fromEntries((values.set ?? []).map(knob)),
	...(values.streams !== undefined && { streams: wholeNumber(values.streams, '--streams') }),
};
const seed = wholeNumber(values.seed ?? '1', '--seed');
/** Streams of each scenario but the usual one. */
const sample = wholeNumber(values.sample ?? '3000', '--sample');
const duration = 60_000 * wholeNumber(values.minutes ?? '60', '--minutes');

const perStream = (outcome: Outcome, dollars: number): Cell => `$${(dollars / outcome.streamMonths).toFixed(3)}`;
const millions = (count: number): Cell => count / 1e6;
const percent = (share: number): Cell => `${(100 * share).toFixed(1)} %`;

const costRow = (name: string, outcome: Outcome): Cell[] => {
	const { bill } = outcome;
	const parts = [bill.classA, bill.classB, bill.storedGigabytes, bill.requests, bill.cpu, bill.total];
	return [name, ...parts.map((dollars) => perStream(outcome, dollars))];
};
const usageRow = (name: string, { usage: used, tally }: Outcome): Cell[] => [
	name,
	...[millions(used.classA), millions(used.classB), used.storedGigabytes, millions(used.requests)],
	...[used.cpu / 3.6e6, (100 * (tally.work.postMiss + tally.work.previewMiss)) / Math.max(1, runsOf(tally))],
];
const freshnessRow = (name: string, { tally }: Outcome): Cell[] => [
	name,
	percent(shareWithin(tally, 1000)),
	`${(Math.max(0, tally.oldest) / 1000).toFixed(1)} s`,
	percent(tally.calls / Math.max(1, tally.posts)),
	percent(tally.work.notFound / Math.max(1, runsOf(tally))),
];

const began = performance.now();
const all = usualScenario(common);
const extent = { seed, duration };
const outcomes = [
	{ name: all.name, outcome: simulate(all.settings, { ...extent, sample: all.settings.streams }) },
	...scenarios(common).map(({ name, settings }) => ({ name, outcome: simulate(settings, { ...extent, sample }) })),
];
const seconds = ((performance.now() - began) / 1000).toFixed(1);

const show = (title: string, head: readonly string[], row: (name: string, outcome: Outcome) => Cell[]): void =>
	console.log(
		`\n${title}\n\n${formatTable(
			head,
			outcomes.map(({ name, outcome }) => row(name, outcome)),
		)}`,
	);

console.log(
	`${all.settings.streams} streams, ${sample} of them for each other scenario, ${duration / 60_000} minutes, seed ${seed}: ${seconds} s`,
);
console.log(`usual: ${JSON.stringify({ ...usual, ...common })}`);
show(
	'Dollars for a month of one live stream',
	['', 'R2 writes', 'R2 reads', 'R2 storage', 'Worker requests', 'Worker CPU', 'all'],
	costRow,
);
show(
	'The whole fleet, a month',
	['', 'class A, M', 'class B, M', 'stored, GB', 'requests, M', 'CPU, hours', 'decodes, % of runs'],
	usageRow,
);
show('Age of the pictures that POST gives', ['', 'at most 1 s', 'oldest', 'node asked', 'not found'], freshnessRow);

const fits = outcomes.filter(
	({ outcome: { tally, bill, streamMonths } }) =>
		tally.posts > 0 && shareWithin(tally, 1000) === 1 && bill.total / streamMonths <= target,
);
console.log(
	`\nAt most $${target.toFixed(2)}, and every POST at most 1 s old: ${fits.map(({ name }) => name).join('; ') || 'none'}`,
);
