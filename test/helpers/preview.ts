import {previewRows, type Piece} from '../../source/explorer/preview-rows.js';
import {readContent} from '../../source/preview/read-file.js';
import type {Content, Preview} from '../../source/preview/shapes.js';
import {memorySource} from '../../source/preview/source.js';
import {factsFor} from './explorer.js';

/** Rows of a pane of that size with all their pieces, the rows that stay at its top among them. */
export const rowsIn = (preview: Preview, width: number, height = 40): ReadonlyArray<readonly Piece[]> => {
	const {head, length, at} = previewRows(preview, width, height);
	return [...head, ...Array.from({length}, (_, index) => at(index))];
};

/** The text of the rows. */
export const rowTexts = (preview: Preview, width: number, height?: number): string[] =>
	rowsIn(preview, width, height).map(pieces => pieces.map(({text}) => text).join(''));

/** What is read of a file that holds these bytes. */
export const contentOf = async (name: string, content: string | Uint8Array, colours = 0): Promise<Content> =>
	readContent(memorySource(name, typeof content === 'string' ? new TextEncoder().encode(content) : content), {colours});

/** The rows of a file's preview. */
export const readRows = async (name: string, content: string | Uint8Array, width = 80, height?: number): Promise<string[]> =>
	rowTexts({...await contentOf(name, content), facts: factsFor()}, width, height);

/** The parts of a file's preview that mean something, each as `tone:text`. */
export const readTones = async (name: string, content: string | Uint8Array, width = 200): Promise<string[]> =>
	rowsIn({...await contentOf(name, content), facts: factsFor()}, width).flat().filter(({tone}) => tone !== undefined).map(({text, tone}) => `${tone}:${text}`);
