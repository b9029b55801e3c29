import {Buffer} from 'node:buffer';
import xterm, {type IBufferCell, type Terminal} from '@xterm/headless';

// The addon decodes its table into a Buffer and takes it for granted that this begins where its memory does, which is not so in Node's pool of small buffers: now and then it would fail with "Data error", or never end.
const {poolSize} = Buffer;
Buffer.poolSize = 0;
const {UnicodeGraphemesAddon} = await import('@xterm/addon-unicode-graphemes');
Buffer.poolSize = poolSize;

/** A terminal in memory, with the widths that today's terminals give to graphemes unless `isOld`. */
export const createScreen = (columns: number, rows: number, isOld = false): Terminal => {
	const terminal = new xterm.Terminal({
		cols: columns, rows, allowProposedApi: true, scrollback: 100,
	});
	if (!isOld) {
		terminal.loadAddon(new UnicodeGraphemesAddon());
	}

	return terminal;
};

/** Resolves when the terminal has taken in `bytes`. */
export const feed = async (terminal: Terminal, bytes: string): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	terminal.write(bytes, resolve);
	return promise;
};

/** The text of the visible rows, without what is blank at their end. */
export const linesOf = (terminal: Terminal): string[] => {
	const buffer = terminal.buffer.active;
	return Array.from({length: terminal.rows}, (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true, 0, terminal.cols).trimEnd() ?? '');
};

const lookOf = (cell: IBufferCell): string => {
	const isBlank = ['', ' '].includes(cell.getChars());
	const drawn = [cell.getBgColorMode(), cell.getBgColor(), cell.isInverse(), cell.isUnderline(), cell.isStrikethrough(), cell.isOverline()];
	const isErased = isBlank && drawn.every(value => value <= 0);
	const look = isErased ? [] : [...drawn, cell.getFgColorMode(), cell.getFgColor(), cell.isBold(), cell.isDim(), cell.isItalic(), cell.isInvisible()];
	return [isBlank && cell.getWidth() > 0 ? ' ' : cell.getChars(), cell.getWidth(), ...look].join(',');
};

/** All that a user could see, cell by cell. Blank cells without a background are the same in every look. */
export const cellsOf = (terminal: Terminal): string[][] => {
	const buffer = terminal.buffer.active;
	return Array.from({length: terminal.rows}, (_, row) => {
		const line = buffer.getLine(buffer.viewportY + row)!;
		return Array.from({length: terminal.cols}, (__, column) => lookOf(line.getCell(column)!));
	});
};
