/** A cell: text, or a number that is shown with three significant digits. */
export type Cell = string | number;

const text = (cell: Cell): string => {
	if (typeof cell === 'string') return cell;
	if (!Number.isFinite(cell)) return '-';
	return Math.abs(cell) >= 100 ? String(Math.round(cell)) : String(Number(cell.toPrecision(3)));
};

/** Rows as a Markdown table, columns aligned for a terminal. */
export const formatTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => {
	const cells = [head, ...rows.map((row) => row.map(text))];
	const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	const lines = cells.map(
		(row) => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`,
	);
	lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
	return lines.join('\n');
};
