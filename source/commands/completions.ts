import process from 'node:process';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {bashScript} from './completions/bash.js';
import {fishScript} from './completions/fish.js';
import {shells, type Shell} from './completions/grammar.js';
import {zshScript} from './completions/zsh.js';
import type {Flags} from './flags.js';

const scripts: Readonly<Record<Shell, () => string>> = {bash: bashScript, zsh: zshScript, fish: fishScript};

/** `sojourn completions SHELL`: prints the script with which the shell completes the command line. Settings are not looked at: it is run where a shell starts. */
export const runAlone = async (words: readonly string[], flags: Flags): Promise<number> => {
	const shell = shells.find(name => name === words[0]);
	if (shell === undefined || words.length > 1) {
		throw new Failure(`completions takes the name of a shell, ${shells.join(', ')}${words.length === 0 ? '' : `, not "${printable(words.join(' '))}"`}`, 2);
	}

	const script = scripts[shell]();
	process.stdout.write(flags.json ? `${JSON.stringify({shell, script}, undefined, '\t')}\n` : script);
	return 0;
};
