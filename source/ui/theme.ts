import type {TextProps} from 'ink';
import type {Tone} from '../text/tones.js';

/** What a piece of the screen means; a theme says how that looks. */
export type Role =
	| 'plain' | 'dim' | 'match' | 'folder' | 'special' | 'marked' | 'focus' | 'focus-away' | 'range' | 'title' | 'warning' | 'problem' | 'success' | 'key' | 'status' | 'frame' | Tone;

export type Style = Pick<TextProps, 'color' | 'bold' | 'dimColor' | 'inverse' | 'italic' | 'underline'>;

export type Theme = Readonly<Record<Role, Style>>;

/** The terminal's own 16 colours and inverse: right on dark and light backgrounds alike. */
export const terminalTheme: Theme = {
	plain: {},
	dim: {dimColor: true},
	match: {color: 'green', bold: true},
	folder: {color: 'blue', bold: true},
	special: {color: 'magenta'},
	marked: {color: 'yellow', bold: true},
	focus: {inverse: true},
	'focus-away': {underline: true},
	range: {color: 'yellow'},
	title: {bold: true},
	warning: {color: 'yellow', bold: true},
	problem: {color: 'red', bold: true},
	success: {color: 'green'},
	key: {bold: true},
	status: {},
	frame: {dimColor: true},
	keyword: {color: 'magenta'},
	string: {color: 'green'},
	number: {color: 'cyan'},
	comment: {dimColor: true},
	name: {color: 'blue'},
	meta: {color: 'yellow'},
	heading: {color: 'blue', bold: true},
	strong: {bold: true},
	emphasis: {italic: true},
	link: {color: 'cyan', underline: true},
	added: {color: 'green'},
	removed: {color: 'red'},
	faint: {dimColor: true},
	'entry-folder': {color: 'blue', bold: true},
};

/** Attributes only, for `NO_COLOR`. */
export const plainTheme: Theme = {
	plain: {},
	dim: {dimColor: true},
	match: {bold: true, underline: true},
	folder: {bold: true},
	special: {underline: true},
	marked: {bold: true},
	focus: {inverse: true},
	'focus-away': {underline: true},
	range: {bold: true},
	title: {bold: true},
	warning: {bold: true},
	problem: {bold: true, inverse: true},
	success: {bold: true},
	key: {bold: true},
	status: {},
	frame: {dimColor: true},
	keyword: {bold: true},
	string: {},
	number: {},
	comment: {dimColor: true},
	name: {},
	meta: {},
	heading: {bold: true, underline: true},
	strong: {bold: true},
	emphasis: {italic: true},
	link: {underline: true},
	added: {bold: true},
	removed: {dimColor: true},
	faint: {dimColor: true},
	'entry-folder': {bold: true},
};
