import type {Preview} from '../preview/preview.js';
import {takeColumns, widthOf} from '../text/width.js';

const wrap = (line: string, width: number): string[] => {
	if (line === '') {
		return [''];
	}

	const rows: string[] = [];
	let rest = line;
	while (rest !== '') {
		// A character wider than the pane is shown alone rather than never.
		const row = takeColumns(rest, width) || [...rest][0]!;
		rows.push(row);
		rest = rest.slice(row.length);
	}

	return rows;
};

const cache = new WeakMap<Preview, {readonly width: number; readonly rows: readonly string[]}>();

/** The rows that a preview of lines takes in a pane of `width` columns, long lines wrapped. */
export const previewRows = (preview: Preview, width: number): readonly string[] => {
	const cached = cache.get(preview);
	if (cached?.width === width) {
		return cached.rows;
	}

	const rows = preview.kind === 'lines'
		? preview.lines.flatMap(line => widthOf(line) <= width ? [line] : wrap(line, Math.max(1, width)))
		: [preview.title, '', ...preview.details].flatMap(line => wrap(line, Math.max(1, width)));
	if (preview.kind === 'lines' && preview.isCut) {
		rows.push('', '(the file goes on; export it to see all of it)');
	}

	cache.set(preview, {width, rows});
	return rows;
};

/** Rows of a preview pane above its content: the name, and a line. */
export const previewHeadHeight = 2;
