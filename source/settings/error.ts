import {Failure} from '../text/errors.js';
import {printable, printableText} from '../text/printable.js';
import {truncateEnd} from '../text/width.js';

const longestShown = 100; // Columns of a bad value that a message shows.

/** A value in a form that a message may hold: text in quotes, all else as JSON. */
const show = (value: unknown): string => {
	const text = typeof value === 'string'
		? `"${printable(value)}"`
		: printableText(JSON.stringify(value) ?? String(value));
	return truncateEnd(text, longestShown);
};

/**
A setting has a value that is not allowed. The message names the setting, the value and what is allowed, and may go to a terminal.
*/
export class SettingsError extends Failure {
	override readonly name = 'SettingsError';

	/**
	Says that one setting has a bad value.

	@param setting - as the user wrote it: a flag, an environment variable, or a key and the file that it stands in
	@param value - as it was given
	@param allowed - what to give instead, as an order: `give an absolute path`
	@param problem - what is wrong with the value, as the end of a sentence that starts with it
	*/
	constructor(
		readonly setting: string,
		readonly value: unknown,
		readonly allowed: string,
		problem = 'is not allowed',
	) {
		super(`${printableText(setting)}: ${show(value)} ${problem}; ${allowed}`, 2);
	}
}
