import type {Model} from '../explorer/model.js';
import {previewHeadHeight, previewRows, type Piece} from '../explorer/preview-rows.js';
import type {Facts} from '../outputs/outputs.js';
import {nameOf} from '../outputs/path.js';
import {printable} from '../text/printable.js';
import {formatAge} from '../text/age.js';
import {formatBytes} from '../text/size.js';
import {truncateEnd, truncateMiddle, widthOf} from '../text/width.js';
import {cutSpans, type Span} from './present.js';

const ageOf = ({modifiedAt}: Facts, now: number): string => {
	const age = formatAge(now - modifiedAt);
	return age === 'now' ? age : `${age} old`;
};

const head = ({preview, now}: Model, width: number, scrolled: string): Span[] => {
	const {load, path} = preview;
	const facts = load.state === 'ready' ? load.value.facts : undefined;
	const details = facts === undefined
		? ''
		: `  ${facts.type === 'file' ? `${formatBytes(facts.bytes)}, ` : ''}${ageOf(facts, now)}${scrolled}`;
	const name = truncateMiddle(printable(nameOf(path)), Math.max(8, width - widthOf(details)));
	return [{text: name, role: 'title'}, {text: truncateEnd(details, Math.max(0, width - widthOf(name))), role: 'dim'}];
};

/** An empty line is a space: Ink would leave it out. */
const toSpans = (pieces: readonly Piece[]): Span[] => pieces.length <= 1 && (pieces[0]?.text ?? '') === ''
	? [{text: ' ', role: 'plain'}]
	: pieces.map(({text, tone}): Span => ({text, role: tone ?? 'plain'}));

/** The preview of the focused output, at most `height` lines. What it shows belongs to the name at its head, also while the next one is being read. */
export const previewLines = (model: Model, width: number, height: number): ReadonlyArray<readonly Span[]> => {
	const {load, scroll} = model.preview;
	if (load.state === 'idle') {
		return [];
	}

	const room = Math.max(0, height - previewHeadHeight);
	let lines: ReadonlyArray<readonly Span[]> = [];
	let scrolled = '';
	if (load.state === 'ready') {
		const rows = previewRows(load.value, width, room);
		const below = Math.max(0, room - rows.head.length);
		const shown = Array.from({length: Math.min(below, Math.max(0, rows.length - scroll))}, (_, index) => rows.at(scroll + index));
		lines = [...rows.head.slice(0, room), ...shown].map(pieces => toSpans(pieces));
		scrolled = rows.length > below ? `, ${Math.floor((Math.min(scroll + below, rows.length) / rows.length) * 100)} %` : '';
	} else if (load.state === 'failed') {
		lines = [[{text: load.problem, role: 'problem'}]];
	}

	return [head(model, width, scrolled), [{text: '─'.repeat(width), role: model.pane === 'preview' ? 'key' : 'frame'}], ...lines.map(spans => cutSpans(spans, width))];
};
