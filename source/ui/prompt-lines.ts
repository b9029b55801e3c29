import {doesFit, needOf, type Prompt} from '../explorer/prompt.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {truncateEnd, truncateMiddle, widthOf} from '../text/width.js';
import {fieldSpans} from './field.js';
import type {Span} from './present.js';

type DialogLine = readonly Span[];

const plain = (text: string): DialogLine => [{text, role: 'plain'}];

/** As many of the folders as fit, and how many there are besides. */
const candidatesText = ({names, isCut}: NonNullable<Prompt['candidates']>, width: number): string => {
	if (names.length === 0) {
		return isCut ? 'too much in there to look through' : 'no folder there begins so';
	}

	const more = (shown: number): string => shown === names.length ? (isCut ? '  and more' : '') : `  and ${plural(names.length - shown, 'more', 'more')}${isCut ? ' or so' : ''}`;
	let text = '';
	for (const [index, name] of names.entries()) {
		const longer = `${text}${index === 0 ? '' : '  '}${printable(name)}/`;
		if (widthOf(longer + more(index + 1)) > width) {
			return index === 0 ? truncateEnd(longer, width) : text + more(index);
		}

		text = longer;
	}

	return text + more(names.length);
};

/** What the export takes, and what is there; or what is wrong with the destination. */
const factsOf = (prompt: Prompt, width: number): Span => {
	const {isZip, look: {load}} = prompt;
	const need = needOf(prompt);
	const size = isZip && need !== undefined ? [`estimated ${formatBytes(need)}`] : [];
	if (load.state === 'failed') {
		return {text: truncateEnd(printableText(load.problem), width), role: 'warning'};
	}

	if (load.state !== 'ready') {
		return {text: size[0] ?? ' ', role: 'dim'};
	}

	const {directory, name, free} = load.value;
	const place = name === undefined ? directory : `${directory === '/' ? '' : directory}/${name}`;
	const amounts = [...size, ...(Number.isFinite(free) ? [`${formatBytes(free)} free`] : [])].join(', ');
	const text = amounts === '' ? place : `${amounts}: ${truncateMiddle(place, Math.max(8, width - widthOf(amounts) - 2))}`;
	return {text: truncateEnd(text, width), role: doesFit(prompt) ? 'dim' : 'warning'};
};

const statusOf = (prompt: Prompt, width: number): Span => {
	const {problem, candidates} = prompt;
	if (problem !== undefined) {
		return {text: problem, role: 'problem'};
	}

	return candidates === undefined ? factsOf(prompt, width) : {text: candidatesText(candidates, width), role: 'plain'};
};

/** The dialog of an export. Its list is cut where there is little room. */
export const promptLines = (prompt: Prompt, width: number, room: number): DialogLine[] => {
	const {paths, totals, isZip} = prompt;
	const list = Math.max(1, Math.min(paths.length, room - 7));
	const size = totals.state === 'ready' ? `${plural(totals.value.files, 'file')}, ${formatBytes(totals.value.bytes)}` : 'counting…';
	return [
		[{text: isZip ? 'Export as one ZIP' : (paths.length === 1 ? 'Export a file' : 'Export files'), role: 'title'}, {text: `  ${size}`, role: 'dim'}],
		...paths.slice(0, list).map(path => plain(`  ${truncateEnd(printable(path), width - 2)}`)),
		...(paths.length > list ? [[{text: `  and ${plural(paths.length - list, 'more output')}`, role: 'dim' as const}]] : []),
		plain(' '),
		[{text: 'to a directory or file name:', role: 'dim'}],
		fieldSpans(prompt, width),
		[statusOf(prompt, width)],
		[{text: 'Return', role: 'key'}, {text: ' export   ', role: 'dim'}, {text: 'Esc', role: 'key'}, {text: ' cancel   ', role: 'dim'}, {text: 'Tab', role: 'key'}, {text: ' complete', role: 'dim'}],
	];
};
