import {Box} from 'ink';
import type {ReactElement} from 'react';
import {keyLabels, keymap} from '../explorer/keymap.js';
import {dialogHeight} from '../explorer/layers.js';
import {reportRows} from '../explorer/report-rows.js';
import {dialogWidth} from '../explorer/viewport.js';
import type {Layer, Model} from '../explorer/model.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {fitColumns, truncateEnd, widthOf} from '../text/width.js';
import {Line} from './line.js';
import {cutSpans, spansWidth, type Span} from './present.js';
import type {Theme} from './theme.js';

type DialogLine = readonly Span[];

const plain = (text: string): DialogLine => [{text, role: 'plain'}];

const keyColumn = 15;

/** The help, from the keymap: a heading for each group, a line for each key. */
const helpLines = (): DialogLine[] => {
	const groups = [...new Set(keymap.map(({group}) => group))];
	return groups.flatMap(group => [
		[{text: group, role: 'title' as const}],
		...keymap.filter(binding => binding.group === group).map(binding => [
			{text: `  ${fitColumns(keyLabels(binding), keyColumn)}`, role: 'key' as const},
			{text: binding.help, role: 'plain' as const},
		]),
	]);
};

type Prompt = Extract<Layer, {type: 'prompt'}>;

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

/** The text around the cursor, as much as fits. */
const field = ({text, caret}: Prompt, width: number): DialogLine => {
	const at = segmenter.segment(text.slice(caret))[Symbol.iterator]().next().value?.segment ?? '';
	return cutSpans([
		{text: `> ${takeEnd(text.slice(0, caret), width - 4)}`, role: 'plain'},
		{text: at === '' ? ' ' : printableText(at), role: 'focus'},
		{text: printableText(text.slice(caret + at.length)), role: 'plain'},
	], width);
};

const promptLines = (prompt: Prompt, width: number, room: number): DialogLine[] => {
	const {paths, totals, isZip} = prompt;
	const list = Math.max(1, Math.min(paths.length, room - 7));
	const size = totals.state === 'ready' ? `${plural(totals.value.files, 'file')}, ${formatBytes(totals.value.bytes)}` : 'counting…';
	return [
		[{text: isZip ? 'Export as one ZIP' : (paths.length === 1 ? 'Export a file' : 'Export files'), role: 'title'}, {text: `  ${size}`, role: 'dim'}],
		...paths.slice(0, list).map(path => plain(`  ${truncateEnd(printable(path), width - 2)}`)),
		...(paths.length > list ? [[{text: `  and ${plural(paths.length - list, 'more output')}`, role: 'dim' as const}]] : []),
		plain(' '),
		[{text: 'to a directory or file name:', role: 'dim'}],
		field(prompt, width),
		[{text: prompt.problem ?? ' ', role: 'problem'}],
		[{text: 'Return', role: 'key'}, {text: ' export   ', role: 'dim'}, {text: 'Esc', role: 'key'}, {text: ' cancel', role: 'dim'}],
	];
};

const scrolled = (title: string, lines: readonly DialogLine[], scroll: number, room: number): DialogLine[] => [
	[{text: title, role: 'title'}, ...(lines.length > room ? [{text: `  ${Math.min(scroll + room, lines.length)}/${lines.length}`, role: 'dim' as const}] : [])],
	...lines.slice(scroll, scroll + room),
	[{text: 'q', role: 'key'}, {text: ' close', role: 'dim'}, ...(lines.length > room ? [{text: '   j k', role: 'key' as const}, {text: ' scroll', role: 'dim' as const}] : [])],
];

const linesOf = (layer: Layer, {size, tasks}: Model, width: number): DialogLine[] => {
	const room = dialogHeight(size.rows);
	switch (layer.type) {
		case 'help': {
			return scrolled('Keys', helpLines(), layer.scroll, room);
		}

		case 'prompt': {
			return promptLines(layer, width, size.rows - 4);
		}

		case 'confirm-quit': {
			return [
				[{text: `${plural(tasks.length, 'export is', 'exports are')} still running`, role: 'title'}],
				plain('Quit, and cancel what runs? Nothing half-done is left.'),
				[{text: 'y', role: 'key'}, {text: ' quit   ', role: 'dim'}, {text: 'n', role: 'key'}, {text: ' stay', role: 'dim'}],
			];
		}

		case 'report': {
			return scrolled(layer.title, reportRows(layer.lines, width).map(line => plain(line)), layer.scroll, room);
		}

		case 'full-preview': {
			return [];
		}
	}
};

/** A dialog before the tree: it fills its rows, so that nothing shows through. */
export function Dialog({layer, model, theme}: {readonly layer: Layer; readonly model: Model; readonly theme: Theme}): ReactElement {
	const {columns, rows} = model.size;
	const width = dialogWidth(columns);
	const lines = linesOf(layer, model, width).slice(0, rows - 2);
	const height = lines.length + 2;
	const bar = '─'.repeat(width + 2);
	const frame = (text: string): Span => ({text, role: 'frame'});
	return (
		<Box position='absolute' top={Math.max(0, Math.floor((rows - height) / 2))} left={Math.floor((columns - width - 4) / 2)} flexDirection='column' width={width + 4} height={height}>
			<Line spans={[frame(`┌${bar}┐`)]} theme={theme}/>
			{lines.map((line, index) => {
				const spans = cutSpans(line, width);
				return <Line key={index} spans={[frame('│ '), ...spans, {text: ' '.repeat(width - spansWidth(spans)), role: 'plain'}, frame(' │')]} theme={theme}/>;
			})}
			<Line spans={[frame(`└${bar}┘`)]} theme={theme}/>
		</Box>
	);
}
