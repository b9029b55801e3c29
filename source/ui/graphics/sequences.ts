/**
What is written to terminals that draw pictures themselves.

kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/, iTerm2: https://iterm2.com/documentation-images.html
*/

const escape = '\u{1B}';
const stringEnd = `${escape}\\`;

/** Ends a sequence of sixels, after any of its parts. */
export const sixelEnd = stringEnd;

/** Does something at a place, counted from 0, and comes back: the painter knows where the cursor is. */
export const at = (row: number, column: number, sequence: string): string => `${escape}7${escape}[${row + 1};${column + 1}H${sequence}${escape}8`;

const kitty = (control: string, data = ''): string => `${escape}_G${control}${data === '' ? '' : `;${data}`}${stringEnd}`;

/** Characters of a chunk, as the protocol says. */
const chunkLength = 4096;

/** Sends a PNG, in chunks that may have other things between them, but nothing about pictures. No answer is given (`q=2`), nor is it shown yet. */
export const kittyTransmit = (id: number, data: string): string[] => Array.from({length: Math.max(1, Math.ceil(data.length / chunkLength))}, (_, index) => {
	const part = data.slice(index * chunkLength, (index + 1) * chunkLength);
	const isLast = (index + 1) * chunkLength >= data.length;
	return kitty(`${index === 0 ? `a=t,f=100,i=${id},` : ''}q=2,m=${isLast ? 0 : 1}`, part);
});

/** Ends a transmission that is not wanted any more: what has come is no picture. */
export const kittyAbort = kitty('q=2,m=0');

/** Shows a part of it, rows of pixels from `y`, on so many cells; in the place of where it is shown already. */
export const kittyPlace = (id: number, {y, width, height, columns, rows}: {readonly y: number; readonly width: number; readonly height: number; readonly columns: number; readonly rows: number}): string =>
	kitty(`a=p,i=${id},p=1,x=0,y=${y},w=${width},h=${height},c=${columns},r=${rows},C=1,q=2`);

/** Takes it off the screen. */
export const kittyHide = (id: number): string => kitty(`a=d,d=i,i=${id},q=2`);

/** Takes it off the screen, and out of the terminal's memory. */
export const kittyDelete = (id: number): string => kitty(`a=d,d=I,i=${id},q=2`);

/** A whole PNG on so many cells. */
export const iterm2Image = ({data, bytes, columns, rows}: {readonly data: string; readonly bytes: number; readonly columns: number; readonly rows: number}): string =>
	`${escape}]1337;File=inline=1;size=${bytes};width=${columns};height=${rows};preserveAspectRatio=0;doNotMoveCursor=1:${data}\u{7}`;
