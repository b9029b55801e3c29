import {styleText} from 'node:util';
import type {Context} from './context.js';

const styles = {
	folder: ['bold', 'blue'],
	link: ['cyan'],
	active: ['bold'],
	kept: ['green'],
	warning: ['yellow'],
	bad: ['red'],
} as const;

export type Style = keyof typeof styles;

/** Gives text that is printed a colour of the terminal; none where it goes to a file or another program, or the user wants none. */
export const createPaint = ({stdout, settings, environment}: Pick<Context, 'stdout' | 'settings' | 'environment'>): (style: Style | undefined, text: string) => string =>
	(stdout.isTTY ?? false) && settings.look.depth > 0 && environment['TERM'] !== 'dumb'
		? (style, text) => style === undefined ? text : styleText(styles[style], text, {validateStream: false})
		: (_, text) => text;
