import {matchingCommands} from '../explorer/commands.js';
import {helpBindings, keyLabels, labelOf, type Keymap, type Place} from '../explorer/keymap.js';
import {dialogHeight, trialRows} from '../explorer/layers.js';
import {assent} from '../explorer/questions.js';
import {reportRows} from '../explorer/report-rows.js';
import {dialogWidth} from '../explorer/viewport.js';
import type {Layer, Model, SessionRow} from '../explorer/model.js';
import {nameOf} from '../outputs/path.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {fitColumns, truncateEnd, truncateMiddle} from '../text/width.js';
import {fieldSpans} from './field.js';
import {promptLines} from './prompt-lines.js';
import {describeSession} from './present-sessions.js';
import type {Span} from './present.js';

type DialogLine = readonly Span[];

/** What a dialog is drawn in: the columns and rows within its frame. */
type Space = {readonly now: number; readonly width: number; readonly room: number};

const plain = (text: string): DialogLine => [{text, role: 'plain'}];

const keyColumn = 15;

/** The help, from the keymap: a heading for each group, a line for each key. */
const helpLines = (place: Place, keymap: Keymap): DialogLine[] => {
	const bindings = helpBindings(place, keymap);
	const groups = [...new Set(bindings.map(({group}) => group))];
	return groups.flatMap(group => [
		[{text: group, role: 'title' as const}],
		...bindings.filter(binding => binding.group === group).map(binding => [
			{text: `  ${fitColumns(keyLabels(binding), keyColumn)}`, role: 'key' as const},
			{text: binding.help, role: 'plain' as const},
		]),
	]);
};

const scrollKeys = (keymap: Keymap): string => `${labelOf(keymap, 'move-down')} ${labelOf(keymap, 'move-up')}`;

const scrolled = (title: string, lines: readonly DialogLine[], scroll: number, room: number, keymap: Keymap): DialogLine[] => {
	// In a screen that has grown more of it fits.
	const first = Math.max(0, Math.min(scroll, lines.length - room));
	return [
		[{text: title, role: 'title'}, ...(lines.length > room ? [{text: `  ${Math.min(first + room, lines.length)}/${lines.length}`, role: 'dim' as const}] : [])],
		...lines.slice(first, first + room),
		[{text: labelOf(keymap, 'quit'), role: 'key'}, {text: ' close', role: 'dim'}, ...(lines.length > room ? [{text: `   ${scrollKeys(keymap)}`, role: 'key' as const}, {text: ' scroll', role: 'dim' as const}] : [])],
	];
};

type Of<T extends Layer['type']> = Extract<Layer, {type: T}>;

const keysLine = (...hints: ReadonlyArray<readonly [key: string, meaning: string]>): DialogLine =>
	hints.flatMap(([key, meaning]) => [{text: key, role: 'key' as const}, {text: ` ${meaning}   `, role: 'dim' as const}]);

/** A dialog about one session. Where there is little room, the empty line goes first, and then what is told of the session last: what is asked stays. */
const aboutSession = (head: DialogLine, row: SessionRow, asked: readonly DialogLine[], {now, width, room}: Space): DialogLine[] => {
	const left = room - 1 - asked.length;
	const told = describeSession(row, now, width);
	const shown = told.length > left ? [...told.slice(0, left - 1), `${told[left - 1] ?? ''} …`] : told;
	return [head, ...shown.map(text => plain(text)), ...(shown.length < left ? [plain(' ')] : []), ...asked];
};

const keepLines = (layer: Of<'keep'>, space: Space): DialogLine[] => aboutSession([{text: 'Keep this session from expiring', role: 'title'}], layer.row, [
	[{text: 'for how many hours? (empty: for good)', role: 'dim'}],
	fieldSpans(layer, space.width),
	[{text: layer.problem ?? ' ', role: 'problem'}],
	keysLine(['Return', 'keep'], ['Esc', 'cancel']),
], space);

const relabelLines = (layer: Of<'relabel'>, space: Space): DialogLine[] => aboutSession([{text: 'Give this session another label', role: 'title'}], layer.row, [
	[{text: 'label:', role: 'dim'}],
	fieldSpans(layer, space.width),
	[{text: layer.problem ?? ' ', role: 'problem'}],
	keysLine(['Return', 'label'], ['Esc', 'cancel']),
], space);

const endLines = (layer: Of<'end'>, space: Space): DialogLine[] => {
	const {totals, isTyped, problem} = layer;
	return aboutSession([{text: 'End this session: remove it now, with all that it holds', role: 'warning'}], layer.row, [
		...(layer.row.isHeld ? [plain('something holds it: as long as it does, it is not removed')] : []),
		plain(totals.state === 'ready' ? `${plural(totals.value.files, 'file')}, ${formatBytes(totals.value.bytes)} go with it, for good` : 'counting what goes with it…'),
		problem === undefined ? [{text: isTyped ? `type ${assent} to remove it:` : ' ', role: 'dim'}] : [{text: problem, role: 'problem'}],
		...(isTyped ? [fieldSpans(layer, space.width)] : []),
		isTyped ? keysLine(['Return', 'remove'], ['Esc', 'cancel']) : keysLine(['y', 'remove'], ['n', 'cancel']),
	], space);
};

const commandsLines = (layer: Of<'commands'>, keymap: Keymap, width: number, room: number): DialogLine[] => {
	const commands = matchingCommands(layer.text, keymap);
	const height = Math.max(1, room - 3);
	const start = Math.max(0, Math.min(layer.index - Math.floor(height / 2), commands.length - height));
	return [
		[{text: 'Commands', role: 'title'}, {text: `  ${commands.length}`, role: 'dim'}],
		fieldSpans(layer, width, ': '),
		...commands.slice(start, start + height).map((command, index): DialogLine => {
			const text = `  ${fitColumns(keyLabels(command), keyColumn)}${command.help}`;
			return [{text: fitColumns(text, width), role: start + index === layer.index ? 'focus' : 'plain'}];
		}),
		...(commands.length === 0 ? [[{text: '  no command is called that', role: 'dim' as const}]] : []),
		keysLine(['Return', 'run'], ['↓ ↑', 'choose'], ['Esc', 'cancel']),
	];
};

const removeLines = ({paths, totals}: Of<'remove'>, width: number, room: number): DialogLine[] => {
	const list = Math.max(1, Math.min(paths.length, room - 5));
	const size = totals.state === 'ready' ? `${plural(totals.value.files, 'file')}, ${formatBytes(totals.value.bytes)}` : 'counting…';
	return [
		[{text: `Remove ${paths.length === 1 ? 'this output' : plural(paths.length, 'output')} for good?`, role: 'warning'}, {text: `  ${size}`, role: 'dim'}],
		...paths.slice(0, list).map(path => plain(`  ${truncateEnd(printable(path), width - 2)}`)),
		...(paths.length > list ? [[{text: `  and ${plural(paths.length - list, 'more output')}`, role: 'dim' as const}]] : []),
		plain(' '),
		keysLine(['y', 'remove'], ['n', 'cancel']),
	];
};

const sendLines = ({transfer, paths, totals}: Of<'send'>, width: number, room: number): DialogLine[] => {
	const list = Math.max(1, Math.min(paths.length, room - 7));
	const size = totals.state === 'ready' ? `${plural(totals.value.files, 'file')}, ${formatBytes(totals.value.bytes)}` : 'counting…';
	const told = transfer.way === 'kitty'
		? ['kitty asks you first, and puts it into', paths.length === 1 ? `~/Downloads/${printable(nameOf(paths[0]!))}` : '~/Downloads', 'in the place of what is called so there']
		: ['iTerm2 puts it among your downloads, and does not say', 'whether it has arrived'];
	return [
		[{text: paths.length === 1 ? 'Send a file to your own machine' : 'Send files to your own machine', role: 'title'}, {text: `  ${size}`, role: 'dim'}],
		...paths.slice(0, list).map(path => plain(`  ${truncateEnd(printable(path), width - 2)}`)),
		...(paths.length > list ? [[{text: `  and ${plural(paths.length - list, 'more file')}`, role: 'dim' as const}]] : []),
		...(room > 10 ? [plain(' ')] : []),
		...told.map(text => [{text: truncateMiddle(text, width), role: 'dim' as const}]),
		...(room > 10 ? [plain(' ')] : []),
		keysLine(['Return', 'send'], ['Esc', 'cancel']),
	];
};

const trialDialog = ({report, scroll}: Of<'try-sweep'>, rows: readonly string[], room: number, keymap: Keymap): DialogLine[] => {
	const count = report.state === 'ready' && report.value.skipped === undefined ? report.value.removed.length : 0;
	const lines = scrolled(count === 0 ? 'What a sweep would do' : `A sweep would remove ${plural(count, 'session')}`, rows.map(row => plain(row)), scroll, room, keymap);
	return [...lines.slice(0, -1), count === 0 ? lines.at(-1)! : keysLine(['y', 'remove'], ['n', 'cancel'], [scrollKeys(keymap), 'scroll'])];
};

const linesOf = (layer: Layer, model: Model, width: number): DialogLine[] => {
	const {size, tasks, now, keymap} = model;
	const room = dialogHeight(size.rows);
	const space: Space = {now, width, room: size.rows - 2};
	switch (layer.type) {
		case 'help': {
			return scrolled('Keys', helpLines(layer.place, keymap), layer.scroll, room, keymap);
		}

		case 'prompt': {
			return promptLines(layer, width, size.rows - 4);
		}

		case 'confirm-quit': {
			return [
				[{text: `${tasks.every(({request}) => request.type === 'export') ? plural(tasks.length, 'export is', 'exports are') : plural(tasks.length, 'task is', 'tasks are')} still running`, role: 'title'}],
				plain('Quit, and cancel what runs? Nothing half-done is left.'),
				[{text: 'y', role: 'key'}, {text: ' quit   ', role: 'dim'}, {text: 'n', role: 'key'}, {text: ' stay', role: 'dim'}],
			];
		}

		case 'report': {
			return scrolled(layer.title, reportRows(layer.lines, width).map(line => plain(line)), layer.scroll, room, keymap);
		}

		case 'keep': {
			return keepLines(layer, space);
		}

		case 'relabel': {
			return relabelLines(layer, space);
		}

		case 'end': {
			return endLines(layer, space);
		}

		case 'try-sweep': {
			return trialDialog(layer, trialRows(layer, model), room, keymap);
		}

		case 'commands': {
			return commandsLines(layer, keymap, width, size.rows - 4);
		}

		case 'remove': {
			return removeLines(layer, width, size.rows - 4);
		}

		case 'send': {
			return sendLines(layer, width, size.rows - 4);
		}

		case 'fuzzy':
		case 'find':
		case 'full-preview':
		case 'sessions':
		case 'tasks':
		case 'filter': {
			return []; // These are no dialogs.
		}
	}
};

/** The lines of a dialog, as they are on a screen that is high enough. */
export const dialogLines = (layer: Layer, model: Model): DialogLine[] => linesOf(layer, model, dialogWidth(model.size.columns));

export type DialogBox = {readonly top: number; readonly left: number; readonly width: number; readonly lines: readonly DialogLine[]};

/** What a dialog says, and where it stands: `width` columns of text with a frame and a space around. */
export const dialogBox = (layer: Layer, model: Model): DialogBox => {
	const {columns, rows} = model.size;
	const width = dialogWidth(columns);
	const lines = linesOf(layer, model, width).slice(0, rows - 2);
	return {top: Math.max(0, Math.floor((rows - lines.length - 2) / 2)), left: Math.floor((columns - width - 4) / 2), width, lines};
};
