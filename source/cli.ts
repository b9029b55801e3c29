import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import {commandTable} from './commands/commands.js';
import type {Context} from './commands/context.js';
import {checkFlags, checkPlaces, givenFlags, parserFlags, type Flags} from './commands/flags.js';
import {helpText} from './commands/help.js';
import {codeOf, Failure, reasonOf} from './text/errors.js';
import {decodeName} from './text/names.js';
import {printable, printableLines} from './text/printable.js';
import {version} from './version.js';

type Parsed = {
	readonly command: string;
	readonly words: readonly string[];
	readonly flags: Flags;
};

/** The words among checked arguments. The parser is loaded if there may be one: it takes longer than to open the explorer's files. */
const wordsOf = async (checked: readonly string[]): Promise<string[]> => {
	if (checked.every(token => token.startsWith('--') && token !== '--')) {
		return [];
	}

	const {default: meow} = await import('meow');
	const {input} = meow('', {
		importMeta: import.meta,
		argv: checked,
		pkg: {name: 'sojourn', version},
		autoHelp: false,
		autoVersion: false,
		flags: parserFlags(),
	});
	return input.map(String);
};

const parse = async (argv: readonly string[]): Promise<Parsed> => {
	const checked = checkFlags(argv);
	const flags = givenFlags(checked);
	const [first, ...words] = await wordsOf(checked);
	if (first === undefined) {
		return {command: 'explorer', words: [], flags};
	}

	const command = first === 'help' ? undefined : commandTable.find(({name}) => name === first && name !== 'explorer')?.name;
	if (command === undefined) {
		throw new Failure(`there is no command "${printable(first)}": "sojourn --help" lists the commands`, 2);
	}

	return {command, words, flags};
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts the command on the first signal, which then cleans up after itself; a second one ends it at once. */
const listenForSignals = (): {readonly signal: AbortSignal; readonly exitCode: () => number | undefined; readonly leave: () => void} => {
	const controller = new AbortController();
	let exitCode: number | undefined;
	const listen = (name: typeof signals[number]): void => {
		if (exitCode !== undefined) {
			process.exit(exitCode); // eslint-disable-line unicorn/no-process-exit -- the user insists
		}

		exitCode = 128 + os.constants.signals[name];
		controller.abort();
	};

	for (const name of signals) {
		process.on(name, listen);
	}

	return {
		signal: controller.signal,
		exitCode: () => exitCode,
		leave() {
			for (const name of signals) {
				process.off(name, listen);
			}
		},
	};
};

/** The arguments as they were given. Node has lost the bytes of those that are no UTF-8; the system still has them, until the process gets its title. */
const exactly = (argv: readonly string[]): readonly string[] => {
	if (argv.every(word => !word.includes('\u{FFFD}'))) {
		return argv;
	}

	try {
		const all = decodeName(fs.readFileSync('/proc/self/cmdline')).split('\0').slice(0, -1);
		return all.length < argv.length ? argv : all.slice(all.length - argv.length);
	} catch {
		return argv;
	}
};

const tell = (text: string): void => {
	process.stderr.write(`${printableLines(`sojourn: ${text}`)}\n`);
};

/**
Runs the program.

@param argv - the arguments after the program's name
@returns the exit code
*/
export const main = async (argv: readonly string[]): Promise<number> => {
	let isVerbose = false;
	const given = exactly(argv);
	process.title = 'sojourn'; // What ps, pgrep and tmux show.
	const {signal, exitCode, leave} = listenForSignals();
	// A reader that goes away (`sojourn ls | head`) is no failure to tell of.
	process.stdout.on('error', error => {
		process.exit(codeOf(error) === 'EPIPE' ? 128 + os.constants.signals.SIGPIPE : 1); // eslint-disable-line unicorn/no-process-exit -- nobody reads on
	});
	process.stderr.on('error', () => undefined);

	try {
		if (given[0] === '__complete') {
			const {complete} = await import('./commands/complete.js');
			return await complete(given.slice(1), signal);
		}

		const {command, words, flags} = await parse(given);
		isVerbose = flags.verbose ?? false;
		if (flags.version) {
			process.stdout.write(`${version}\n`);
			return 0;
		}

		if (flags.help) {
			process.stdout.write(helpText(command));
			return 0;
		}

		checkPlaces(flags, command);
		const definition = commandTable.find(({name}) => name === command)!;
		const [{createContext}, loaded] = await Promise.all([
			import('./commands/program.js'),
			definition.load(),
		]);
		if ('runAlone' in loaded) {
			return await loaded.runAlone(words, flags);
		}

		const {run, runWithoutSettings} = loaded;
		let context: Context;
		try {
			context = await createContext({flags, words, signal});
		} catch (error) {
			if (runWithoutSettings !== undefined && error instanceof Failure) {
				return await runWithoutSettings(flags, error);
			}

			throw error;
		}

		if (definition.hasOwnSignals) {
			signal.throwIfAborted();
			leave();
		}

		const code = await run(context);
		return exitCode() ?? code;
	} catch (error) {
		const interrupted = exitCode();
		if (interrupted !== undefined) {
			return interrupted;
		}

		if (error instanceof Failure) {
			tell(error.message);
			return error.exitCode;
		}

		tell(reasonOf(error));
		if (isVerbose && error instanceof Error) {
			tell(error.stack ?? '');
		}

		return 1;
	}
};
