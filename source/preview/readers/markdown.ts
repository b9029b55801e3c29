import {Marked, type Token, type Tokens} from 'marked';
import {createBuilder, type Builder} from '../builder.js';
import type {Tone} from '../../text/tones.js';
import type {Content} from '../shapes.js';
import {printableLinesOf} from '../text.js';
import {widthOf} from '../../text/width.js';
import {aliases} from './grammars.js';
import {addCode} from './highlight.js';

const marked = new Marked({gfm: true});

const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\''};

/** Marked writes some characters as HTML wants them. */
const plain = (text: string): string => text.replaceAll(/&(?<name>amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);

const addInline = (builder: Builder, tokens: readonly Token[] | undefined, tone?: Tone): void => {
	for (const token of tokens ?? []) {
		switch (token.type) {
			case 'strong': {
				addInline(builder, token.tokens, 'strong');
				break;
			}

			case 'em': {
				addInline(builder, token.tokens, 'emphasis');
				break;
			}

			case 'del': {
				addInline(builder, token.tokens, 'faint');
				break;
			}

			case 'codespan': {
				builder.add(plain((token as Tokens.Codespan).text), 'string');
				break;
			}

			case 'link': {
				const {href, tokens: inner, text} = token as Tokens.Link;
				addInline(builder, inner, 'link');
				if (plain(href) !== plain(text)) {
					builder.add(` (${plain(href)})`, 'faint');
				}

				break;
			}

			case 'image': {
				const {href, text} = token as Tokens.Image;
				builder.add(`[picture: ${plain(text)}]`, 'link');
				builder.add(` (${plain(href)})`, 'faint');
				break;
			}

			case 'br': {
				builder.add('\n');
				break;
			}

			default: {
				const inner = (token as {readonly tokens?: Token[]}).tokens;
				if (inner === undefined) {
					builder.add(plain((token as {readonly text?: string}).text ?? token.raw), tone);
				} else {
					addInline(builder, inner, tone);
				}
			}
		}
	}
};

/** Adds what is inside of a quote or a list, with something before each line. */
const addIndented = async (builder: Builder, tokens: readonly Token[], first: string, rest: string, depth: number, tone: Tone): Promise<void> => {
	const inner = createBuilder();
	await addBlocks(inner, tokens, depth + 1);
	builder.append(inner.finish(), index => [index === 0 ? first : rest, tone]);
};

const addTable = (builder: Builder, {header, rows}: Tokens.Table): void => {
	const cells = [header, ...rows].map(row => row.map(({tokens}) => {
		const inner = createBuilder();
		addInline(inner, tokens);
		return inner.finish().lines.join(' ');
	}));
	const widths = cells[0]!.map((_, column) => Math.min(40, Math.max(...cells.map(row => widthOf(row[column] ?? '')))));
	for (const [index, row] of cells.entries()) {
		builder.add(row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))).join('  ').trimEnd(), index === 0 ? 'strong' : undefined);
		builder.endLine();
		if (index === 0) {
			builder.add(widths.map(width => '─'.repeat(width)).join('  '), 'faint');
			builder.endLine();
		}
	}
};

const addBlock = async (builder: Builder, token: Token, depth: number): Promise<void> => {
	switch (token.type) {
		case 'heading': {
			const {depth: level, tokens} = token as Tokens.Heading;
			builder.add(`${'#'.repeat(level)} `, 'faint');
			addInline(builder, tokens, 'heading');
			builder.endLine();
			return;
		}

		case 'code': {
			const {text, lang = ''} = token as Tokens.Code;
			const named = lang.split(/\s/, 1)[0]!.toLowerCase();
			const code = createBuilder();
			await addCode(code, text, Object.hasOwn(aliases, named) ? aliases[named]! : named);
			builder.append(code.finish(), () => [' '.repeat(4)]);
			return;
		}

		case 'blockquote': {
			await addIndented(builder, token.tokens ?? [], '│ ', '│ ', depth, 'faint');
			return;
		}

		case 'list': {
			const {items, ordered, start} = token as Tokens.List;
			for (const [index, item] of items.entries()) {
				const bullet = ordered ? `${(start === '' ? 1 : start) + index}. ` : '• ';
				const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
				await addIndented(builder, item.tokens.filter(({type}) => type !== 'checkbox'), bullet + box, ' '.repeat(bullet.length), depth, 'number');
			}

			return;
		}

		case 'table': {
			addTable(builder, token as Tokens.Table);
			return;
		}

		case 'hr': {
			builder.add('─'.repeat(40), 'faint');
			builder.endLine();
			return;
		}

		case 'space':
		case 'def': {
			return;
		}

		case 'html': {
			builder.add(token.raw.trimEnd(), 'comment');
			builder.endLine();
			return;
		}

		default: {
			addInline(builder, (token as {readonly tokens?: Token[]}).tokens ?? [token]);
			builder.endLine();
		}
	}
};

/** Levels of quotes and lists that are followed. */
const depthLimit = 12;

/** Whether an empty line belongs between two blocks: not within a list whose items stand close together. */
const isApart = (before: Token | undefined, token: Token, depth: number): boolean =>
	before !== undefined && token.type !== 'space' && (depth === 0 || before.type === 'space' || (token.type !== 'list' && before.type !== 'text'));

async function addBlocks(builder: Builder, tokens: readonly Token[], depth: number): Promise<void> {
	if (depth > depthLimit) {
		builder.add('…', 'faint');
		builder.endLine();
		return;
	}

	let before: Token | undefined;
	for (const token of tokens) {
		if (isApart(before, token, depth) && builder.count() > 0) {
			builder.endLine();
		}

		await addBlock(builder, token, depth);
		before = token;
	}
}

/** A Markdown document as it is meant to be read. */
export const readMarkdown = async (text: string, isCut: boolean): Promise<Content> => {
	const builder = createBuilder();
	const printable = printableLinesOf(text).join('\n').replace(/^---\n[\s\S]*?\n---\n/, '');
	await addBlocks(builder, marked.lexer(printable).filter(({type}) => type !== 'space'), 0);
	return {kind: 'lines', isCut, isProse: true, ...builder.finish()};
};
