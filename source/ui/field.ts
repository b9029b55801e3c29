import type {TextField} from '../explorer/text-field.js';
import {printableText} from '../text/printable.js';
import {widthOf} from '../text/width.js';
import {cutSpans, type Span} from './present.js';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The end of a text, as much as fits. */
const takeEnd = (text: string, columns: number): string => {
	let shown = '';
	let used = 0;
	for (const {segment} of [...segmenter.segment(text)].toReversed()) {
		const piece = printableText(segment);
		used += widthOf(piece);
		if (used > columns) {
			break;
		}

		shown = piece + shown;
	}

	return shown;
};

/** What stands before the text of a field in the last line. */
export const fieldLead = (type: string): string => type === 'find' ? '/' : 'filter: ';

/** The text around the cursor, as much as fits. */
export const fieldSpans = ({text, caret}: TextField, width: number, lead = '> '): Span[] => {
	const at = segmenter.segment(text.slice(caret))[Symbol.iterator]().next().value?.segment ?? '';
	return cutSpans([
		{text: `${lead}${takeEnd(text.slice(0, caret), width - lead.length - 2)}`, role: 'plain'},
		{text: at === '' ? ' ' : printableText(at), role: 'focus'},
		{text: printableText(text.slice(caret + at.length)), role: 'plain'},
	], width);
};
