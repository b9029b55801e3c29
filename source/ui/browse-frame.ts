import {isFullPreview, type Layer, type Model} from '../explorer/model.js';
import {layoutOf} from '../explorer/viewport.js';
import {
	dividerLines,
	spansWidth,
	styled,
	type Span,
} from './present.js';
import {previewLines} from './preview-lines.js';
import {statusLines} from './status-lines.js';
import type {Theme} from './theme.js';
import {treeLines} from './tree-lines.js';

type SpanLine = readonly Span[];

const empty: SpanLine = [];

/** Exactly `height` lines. */
const fill = (lines: readonly SpanLine[], height: number): SpanLine[] => Array.from({length: height}, (_, index) => lines[index] ?? empty);

const padded = (line: SpanLine, width: number): SpanLine => [...line, {text: ' '.repeat(Math.max(0, width - spansWidth(line))), role: 'plain'}];

/** Layers that change what stands in the tree, the preview or the last line, and hide nothing of them. */
const within: ReadonlySet<Layer['type']> = new Set(['full-preview', 'fuzzy', 'find']);

/**
The screen of Browse as Ink draws it, without Ink: to load that takes longer than all else before the first frame, and to let it draw takes most of what a key takes.

@returns lines joined by `\n`; `undefined` where something else, or more, is to be seen
*/
export const browseFrame = (model: Model, theme: Theme): string | undefined => {
	const {preview, treeWidth, listHeight, isTooSmall} = layoutOf(model.size, {showsPreview: model.showsPreview, isFull: isFullPreview(model)});
	if (isTooSmall || model.menu !== undefined || model.layers.some(({type}) => !within.has(type))) {
		return undefined;
	}

	const tree = treeWidth === 0 ? [] : fill(treeLines(model, treeWidth, listHeight), listHeight);
	const previewed = preview === undefined ? [] : fill(previewLines(model, preview.width, preview.height), preview.height);
	const divider = dividerLines(1)[0]!;
	const upper = preview?.place === 'right' && treeWidth > 0
		? tree.map((line, row) => [...padded(line, treeWidth), ...divider, ...previewed[row]!])
		: [...tree, ...previewed];
	return [...upper, ...statusLines(model)].map(line => styled(line, theme)).join('\n');
};
