import {tones, type Tone} from '../text/tones.js';
import type {Lines} from './shapes.js';

const numbers = new Map<Tone, number>(tones.map((tone, index) => [tone, index]));

/** Builds lines from pieces that are printable already. */
export type Builder = {
	/** Adds text, which may go over several lines. */
	readonly add: (text: string, tone?: Tone) => void;
	readonly endLine: () => void;
	/** Adds whole lines, each after what `before` gives for its number. */
	readonly append: (lines: Lines, before: (index: number) => readonly [text: string, tone?: Tone]) => void;
	/** Lines that are complete. */
	readonly count: () => number;
	/** Code units in the line that is being written. */
	readonly column: () => number;
	readonly finish: () => Lines;
};

export const createBuilder = (): Builder => {
	const lines: string[] = [];
	const marks: number[] = [];
	let line = '';

	const endLine = (): void => {
		lines.push(line);
		line = '';
	};

	const addPart = (text: string, tone?: Tone): void => {
		if (tone !== undefined && text !== '') {
			marks.push(lines.length, line.length, line.length + text.length, numbers.get(tone)!);
		}

		line += text;
	};

	return {
		add(text, tone) {
			if (!text.includes('\n')) {
				addPart(text, tone);
				return;
			}

			for (const [index, part] of text.split('\n').entries()) {
				if (index > 0) {
					endLine();
				}

				addPart(part, tone);
			}
		},
		endLine,
		append(more, before) {
			const {marks: moreMarks = new Uint32Array()} = more;
			let mark = 0;
			for (const [index, text] of more.lines.entries()) {
				addPart(...before(index));
				for (; moreMarks[mark] === index; mark += 4) {
					marks.push(lines.length, line.length + moreMarks[mark + 1]!, line.length + moreMarks[mark + 2]!, moreMarks[mark + 3]!);
				}

				line += text;
				endLine();
			}
		},
		count: () => lines.length,
		column: () => line.length,
		finish() {
			if (line !== '') {
				endLine();
			}

			return marks.length === 0 ? {lines} : {lines, marks: Uint32Array.from(marks)};
		},
	};
};
