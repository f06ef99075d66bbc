/** `npm run bench compare A B`: what changed between the results of two commits, row by row. */
import { readResult, type Section } from './report.ts';
import { type Cell, formatTable } from './table.ts';

type Row = readonly Cell[];

const isNumber = (cell: Cell | undefined): cell is number => typeof cell === 'number' && Number.isFinite(cell);

/** Old value, new value and their ratio for every column of numbers that both rows have. */
const compareRow = (head: readonly string[], older: Row, newer: Row): Row[] =>
	head.flatMap((column, index): Row[] => {
		const [before, after] = [older[index], newer[index]];
		return isNumber(before) && isNumber(after) ? [[newer[0] ?? '', column, before, after, after / before]] : [];
	});

const compareSection = (older: Section, newer: Section): string => {
	const rows = newer.rows.flatMap((row) => {
		const counterpart = older.rows.find(([name]) => name === row[0]);
		return counterpart === undefined ? [] : compareRow(newer.head, counterpart, row);
	});
	return `${newer.title}\n\n${formatTable(['', 'column', 'before', 'after', 'after / before'], rows)}`;
};

/** Prints the comparison. Returns whether there was anything to compare. */
export const compare = (parts: readonly string[], before: string, after: string): boolean => {
	let found = false;
	for (const part of parts) {
		const [older, newer] = [readResult(before, part), readResult(after, part)];
		if (older === null || newer === null) continue;
		for (const section of newer.sections) {
			const counterpart = older.sections.find(({ title }) => title === section.title);
			if (counterpart === undefined) continue;
			found = true;
			console.log(`\n${compareSection(counterpart, section)}`);
		}
	}
	return found;
};
