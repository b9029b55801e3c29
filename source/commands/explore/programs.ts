import process from 'node:process';
import type {Outputs} from '../../outputs/outputs.js';
import {Failure} from '../../text/errors.js';
import {isUtf8Name} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import type {Context} from '../context.js';

/** What the user has chosen, in the order in which it counts. */
const choices = {
	editor: {variables: ['VISUAL', 'EDITOR'], usual: 'vi'},
	pager: {variables: ['PAGER'], usual: 'less'},
} as const;

const commandFor = ({environment}: Context, program: 'editor' | 'pager'): string => {
	const {variables, usual} = choices[program];
	return variables.map(name => environment[name]).find(value => value !== undefined && value.trim() !== '') ?? usual;
};

/** Runs a command as a shell would, with arguments that the shell does not read; the terminal is the command's meanwhile. @returns its exit code */
const run = async (command: string, args: readonly string[], stdin: number, stdout: number): Promise<number> => {
	// Loaded late: no screen waits for it.
	const {spawn} = process.getBuiltinModule('node:child_process');
	const {promise, resolve, reject} = Promise.withResolvers<number>();
	const child = spawn('sh', ['-c', `${command} "$@"`, 'sh', ...args], {stdio: [stdin, stdout, 'inherit']});
	child.on('error', reject);
	child.on('close', code => {
		resolve(code ?? 1);
	});
	return promise;
};

const descriptorOf = (stream: Context['stdin'] | Context['stdout']): number => (stream as typeof stream & {readonly fd: number}).fd;

const notFound = 127; // As a shell tells it.

const check = (code: number, command: string, variables: readonly string[]): void => {
	if (code === notFound || code === 126) {
		throw new Failure(`"${printable(command)}" cannot be started: set ${variables.join(' or ')} to a program that is there`);
	}
};

/**
Opens an output in the user's editor, by its path, or in the pager, which is given what it holds: so it needs no right to go there, and no name can lead it elsewhere.

@throws Failure if the program is not there, or the output cannot be opened
*/
export const openInProgram = async (context: Context, outputs: Outputs, program: 'editor' | 'pager', location: string): Promise<void> => {
	const command = commandFor(context, program);
	const {variables} = choices[program];
	// Standard output may be what a shell reads from.
	const output = descriptorOf(context.stdout);
	if (program === 'pager') {
		const file = await outputs.open(location);
		try {
			if (file.handle === undefined) {
				throw new Failure('what is not kept in a directory cannot be handed to a pager');
			}

			check(await run(command, [], file.handle.fd, output), command, variables);
		} finally {
			await file.close();
		}

		return;
	}

	if (outputs.local === undefined) {
		throw new Failure('what is not kept in a directory cannot be edited');
	}

	// That it is a regular file is looked at now; a link would lead the editor elsewhere.
	const {type} = await outputs.stat(location);
	if (type !== 'file') {
		throw new Failure('only a file can be edited');
	}

	const place = outputs.local.resolve(location);
	if (!isUtf8Name(place)) {
		throw new Failure(`${printable(place)} cannot be handed to another program: its name is no UTF-8`);
	}

	check(await run(command, [place], descriptorOf(context.stdin), output), command, variables);
};
