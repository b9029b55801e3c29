import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import tty from 'node:tty';
import {outputsPath, type Services} from '../../explorer/effects/services.js';
import {endRange} from '../../explorer/marking.js';
import type {Model} from '../../explorer/model.js';
import {codeOf, Failure, reasonOf} from '../../text/errors.js';
import {encodeName} from '../../text/names.js';
import type {Context, Run} from '../context.js';
import {sortAsTree} from '../../outputs/tree-order.js';
import {print, printLines} from '../report.js';

/**
`--print-path`: the explorer as a way to choose, for a shell that reads what it prints.
*/

/** What is different while something waits for what the explorer prints. */
export type Errand = {
	/** Told when the user has left by `q`, and the terminal is as it was before. */
	readonly onQuit: (services: Services, model: Model) => void;
	/** Why it cannot be suspended, if it cannot. */
	readonly whyNotSuspended?: string;
};

const device = '/dev/tty';

type Handle = {reading: boolean; readonly readStop: () => void};

/** As Node makes standard input: one that is paused leaves what is typed to whoever has the terminal then. */
const openInput = () => {
	const fd = fs.openSync(device, 'r');
	const stream = Object.assign(new tty.ReadStream(fd) as tty.ReadStream & {readonly _handle: Handle | null}, {fd: fd as 0});
	return stream.on('pause', () => {
		if (stream._handle?.reading) {
			stream._handle.reading = false;
			stream._handle.readStop();
		}
	});
};

/** As Node makes standard output: with a size that follows the terminal. */
const openOutput = () => {
	const fd = fs.openSync(device, 'w');
	return Object.assign(new tty.WriteStream(fd) as tty.WriteStream & {readonly _refreshSize: () => void}, {fd: fd as 1});
};

type Terminal = Pick<Context, 'stdin' | 'stdout'> & {readonly close: () => void};

/**
The terminal that the user sits at. Where standard input or output is none, the shell has put something else there, and the process still has its terminal.

@throws Failure with exit code 2 where there is none
*/
const openTerminal = ({stdin, stdout}: Context): Terminal => {
	let input: ReturnType<typeof openInput> | undefined;
	let output: ReturnType<typeof openOutput> | undefined;
	try {
		input = stdin.isTTY ? undefined : openInput();
		output = stdout.isTTY ? undefined : openOutput();
	} catch (error) {
		input?.destroy();
		const why = codeOf(error) === 'ENXIO' ? 'this process has none' : `${device} cannot be opened: ${reasonOf(error)}`;
		throw new Failure(`--print-path needs a terminal to show the explorer on, and ${why}; run it in a terminal, or take "sojourn ls"`, 2);
	}

	const refresh = (): void => {
		output?._refreshSize();
	};

	process.on('SIGWINCH', refresh);
	return {
		stdin: input ?? stdin,
		stdout: output ?? stdout,
		close() {
			process.off('SIGWINCH', refresh);
			input?.destroy();
			output?.destroy();
		},
	};
};

/** What is chosen: the marked outputs, in the order of a tree; without any the focused one, or the folder that a message stands in. */
export const chosenPaths = (current: Model): string[] => {
	const {session, marks, cursor, tree} = current.rangeFrom === undefined ? current : endRange(current);
	if (session === undefined) {
		return [];
	}

	if (marks.size === 0) {
		return [cursor.path.replace(/\/$/v, '')];
	}

	const sorted = sortAsTree([...marks].map(path => ({path}))).map(({path}) => path);
	return tree.roots.flatMap(root => sorted.filter(path => path === root || path.startsWith(`${root}/`)));
};

const printChosen = (context: Context, services: Services, model: Model): void => {
	const {local} = services.outputs;
	if (local === undefined) {
		throw new Failure('these outputs are not in a directory, so there is no path');
	}

	const places = chosenPaths(model).map(path => local.resolve(outputsPath(services, path)));
	if ((context.flags[0] ?? false) || (context.stdout.isTTY ?? false)) {
		printLines(context, places, context.flags[0] ?? false);
	} else {
		print(context, Buffer.concat(places.map(place => Buffer.concat([encodeName(place), Buffer.from('\n')]))));
	}
};

/** Runs the explorer on the user's terminal, wherever standard output goes, and prints there what was chosen. */
export const runForPath = async (context: Context, explore: (context: Context, errand: Errand) => ReturnType<Run>): Promise<number> => {
	if (context.flags.json) {
		throw new Failure('--print-path and --json contradict each other: give one of them; -0 gives names exactly', 2);
	}

	if (context.environment['TERM'] === 'dumb') {
		throw new Failure('--print-path needs a terminal to show the explorer on, and TERM is "dumb": set TERM to what your terminal is, such as xterm-256color', 2);
	}

	const {close, ...terminal} = openTerminal(context);
	try {
		return await explore({...context, ...terminal}, {
			onQuit(services, model) {
				printChosen(context, services, model);
			},
			// A shell that reads what it prints waits for it, and cannot be had meanwhile.
			...(!context.stdout.isTTY && {whyNotSuspended: 'it cannot be suspended while another program waits for what it prints'}),
		});
	} finally {
		close();
	}
};
