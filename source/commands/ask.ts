import process from 'node:process';
import {Failure, isAbort} from '../text/errors.js';
import {printableLines} from '../text/printable.js';
import type {Context} from './context.js';

/**
Asks before something is removed.

@param lines - what will happen, for a person; made printable here
@param answer - what has to be typed
@returns whether the user says so
@throws Failure where there is nobody to ask
*/
export const confirm = async (context: Context, lines: readonly string[], answer: 'y' | 'yes' = 'y'): Promise<boolean> => {
	if (context.flags.yes) {
		return true;
	}

	const {stdin, stderr} = context;
	if (!stdin.isTTY || !stderr.isTTY) {
		throw new Failure('this asks first, and there is no terminal to ask on: give --yes if you are sure', 2);
	}

	// Loaded late: the explorer, which shares what asks, never asks here.
	const {createInterface} = process.getBuiltinModule('node:readline/promises');
	const questions = createInterface({input: stdin, output: stderr});
	// The terminal is raw while the line is edited: Ctrl+C comes as a key.
	questions.on('SIGINT', () => {
		process.kill(process.pid, 'SIGINT');
	});
	try {
		stderr.write(`${printableLines(lines.join('\n'))}\n`);
		const given = await questions.question(`Remove ${lines.length > 2 ? 'them' : 'it'}? This cannot be undone. Type ${answer} for yes: `, {signal: context.signal});
		return given.trim().toLowerCase() === answer || (answer === 'y' && given.trim().toLowerCase() === 'yes');
	} catch (error) {
		if (context.signal.aborted || !isAbort(error)) {
			throw error;
		}

		stderr.write('\n');
		return false; // The input has ended: no answer is no.
	} finally {
		questions.close();
	}
};
