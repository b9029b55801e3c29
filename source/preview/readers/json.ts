import {createBuilder, type Builder} from '../builder.js';
import type {Tone} from '../../text/tones.js';
import type {Content} from '../shapes.js';
import {printableLinesOf} from '../text.js';
import {formatCount} from '../../text/size.js';

/** Items of an object or list that are shown; what more there are is counted. */
const itemLimit = 200;

/** Code units of an object or list that is written on one line. */
const shortLength = 60;

/** Levels that are indented; what is deeper stands as far left. */
const indentLimit = 16;

const lineLimit = 20_000;

/** The words of JSON: a string (perhaps not closed, where the file was cut), a number or word, a mark; else one character of whatever it is. */
const word = /(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<scalar>[\-+\w.]+)|(?<mark>[\[\]\{\}:,])|(?<space>\s+)|./gsv;

type Token = {readonly text: string; readonly type: 'string' | 'scalar' | 'mark' | 'other'};

const tokensOf = (text: string): Token[] => {
	const tokens: Token[] = [];
	for (const {0: found, groups} of text.matchAll(word)) {
		if (groups!['space'] === undefined) {
			const type = groups!['string'] === undefined ? (groups!['scalar'] === undefined ? (groups!['mark'] === undefined ? 'other' : 'mark') : 'scalar') : 'string';
			tokens.push({text: found, type});
		}
	}

	return tokens;
};

const opens = (token: Token | undefined): boolean => token?.type === 'mark' && (token.text === '{' || token.text === '[');
const closes = (token: Token | undefined): boolean => token?.type === 'mark' && (token.text === '}' || token.text === ']');
const isMark = (token: Token | undefined, text: string): boolean => token?.type === 'mark' && token.text === text;

const toneOf = (token: Token, isKey: boolean): Tone | undefined => {
	if (isKey) {
		return 'meta';
	}

	return token.type === 'string' ? 'string' : (token.type === 'scalar' ? (/^[+.\d-]/.test(token.text) ? 'number' : 'keyword') : undefined);
};

/** For each token that opens something, the one that closes it; the end where nothing does. And how many items it has. */
const measure = (tokens: readonly Token[]): {readonly ends: Uint32Array; readonly counts: Uint32Array} => {
	const ends = new Uint32Array(tokens.length).fill(tokens.length);
	const counts = new Uint32Array(tokens.length);
	const open: number[] = [];
	for (const [index, token] of tokens.entries()) {
		const top = open.at(-1);
		if (closes(token)) {
			if (top !== undefined) {
				ends[top] = index;
				open.pop();
			}

			continue;
		}

		if (top !== undefined) {
			counts[top] = isMark(token, ',') ? counts[top]! + 1 : Math.max(1, counts[top]!);
			// The first comma is between the first item and the second.
			if (isMark(token, ',') && counts[top] === 1) {
				counts[top] = 2;
			}
		}

		if (opens(token)) {
			open.push(index);
		}
	}

	return {ends, counts};
};

/** Whether what begins at a token, and ends at another, is short and holds nothing nested twice. */
const isShort = (tokens: readonly Token[], start: number, end: number): boolean => {
	let length = 0;
	for (let index = start; index <= end; index++) {
		length += tokens[index] === undefined ? 0 : tokens[index]!.text.length + 1;
		if (length > shortLength) {
			return false;
		}
	}

	return true;
};

/** Writes JSON in lines, indented. Not a parser: it shows what is there, also where that is no JSON, and every number as it is written. */
const write = (builder: Builder, text: string): void => {
	const tokens = tokensOf(text);
	const {ends, counts} = measure(tokens);
	/** What is open: where it ends, how many items were written, whether it is on one line. */
	const open: Array<{readonly end: number; readonly start: number; items: number; readonly isOneLine: boolean}> = [];
	const breakLine = (): void => {
		builder.endLine();
		builder.add('  '.repeat(Math.min(open.length, indentLimit)));
	};

	for (let index = 0; index < tokens.length && builder.count() < lineLimit; index++) {
		const token = tokens[index]!;
		const top = open.at(-1);
		if (closes(token)) {
			open.pop();
			if (top !== undefined && !top.isOneLine && top.end > top.start + 1) {
				breakLine();
			}

			builder.add(token.text);
			if (open.length === 0 && tokens[index + 1] !== undefined && !isMark(tokens[index + 1], ',')) {
				builder.endLine();
			}

			continue;
		}

		if (isMark(token, ',')) {
			builder.add(',');
			if (top === undefined || top.isOneLine) {
				builder.add(' ');
				continue;
			}

			top.items++;
			breakLine();
			if (top.items >= itemLimit && counts[top.start]! > top.items) {
				builder.add(`… ${formatCount(counts[top.start]! - top.items)} more`, 'faint');
				index = top.end - 1;
			}

			continue;
		}

		if (isMark(token, ':')) {
			builder.add(': ');
			continue;
		}

		builder.add(token.text, toneOf(token, token.type === 'string' && isMark(tokens[index + 1], ':')));
		if (opens(token)) {
			const end = ends[index]!;
			const isOneLine = top?.isOneLine === true || (end < tokens.length && isShort(tokens, index, end));
			open.push({end, start: index, items: 0, isOneLine});
			if (!isOneLine && end > index + 1) {
				breakLine();
			}
		} else if (top === undefined && tokens[index + 1] !== undefined && !isMark(tokens[index + 1], ',') && !isMark(tokens[index + 1], ':')) {
			builder.add(' ');
		}
	}
};

/** A JSON document in lines; long lists and objects are cut short. */
export const readJson = (text: string, isCut: boolean): Content => {
	const builder = createBuilder();
	write(builder, printableLinesOf(text).join('\n'));
	return {kind: 'lines', isCut, ...builder.finish()};
};

/** A JSON document in each line: short ones stay one line. */
export const readJsonLines = (text: string, isCut: boolean): Content => {
	const builder = createBuilder();
	const lines = printableLinesOf(text);
	for (const line of lines) {
		if (builder.count() >= lineLimit) {
			break;
		}

		if (line.length <= 2 * shortLength) {
			addCompact(builder, line);
		} else {
			write(builder, line);
		}

		builder.endLine();
	}

	return {kind: 'lines', isCut: isCut || builder.count() >= lineLimit, ...builder.finish()};
};

const addCompact = (builder: Builder, line: string): void => {
	const tokens = tokensOf(line);
	for (const [index, token] of tokens.entries()) {
		builder.add(token.text, toneOf(token, token.type === 'string' && isMark(tokens[index + 1], ':')));
		if (isMark(token, ',') || isMark(token, ':')) {
			builder.add(' ');
		}
	}
};
