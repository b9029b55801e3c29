/**
What the completion scripts ask for that only the program knows: `sojourn __complete sessions|outputs PREFIX [WORD…]`, the words being those on the line before the cursor. It is no command of the table, as nobody types it.

It prints one candidate a line, and after a tab what describes it; neither holds a character that cannot be printed. It changes nothing, tells of no error, and ends with 0: a shell shows whatever is printed while a line is typed.
*/
import os from 'node:os';
import process from 'node:process';
import type {Facts} from '../outputs/outputs.js';
import {parts, type Session} from '../outputs/read-session.js';
import {readSessions} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {formatAge} from '../text/age.js';
import {compareNatural} from '../text/natural-order.js';
import {printable, printableText} from '../text/printable.js';
import {flagTable, written, type FlagDefinition} from './flags.js';
import type {Context} from './context.js';
import {chooseSession} from './choose.js';
import {createContext} from './program.js';
import {resolveOutput} from './resolve-path.js';

type Candidate = {readonly value: string; readonly description?: string};

/** Nobody reads more of them. */
const limit = 1000;

/** Milliseconds in which sessions are read: there may be thousands. */
const patience = 1000;

const table: readonly FlagDefinition[] = flagTable;

/** The flags that say where to look, among words that need not be right. */
const readWords = (words: readonly string[]): {readonly outputs?: string; readonly session?: string; readonly all?: true} => {
	const found: Record<string, string | true | undefined> = {};
	for (let index = 0; index < words.length && words[index] !== '--'; index++) {
		const [name, ...rest] = words[index]!.split('=');
		const flag = table.find(candidate => written(candidate.name) === name);
		if (flag?.value !== undefined) {
			found[flag.name] = rest.length > 0 ? rest.join('=') : words[++index];
		} else if (flag !== undefined) {
			found[flag.name] = true;
		}
	}

	const {outputs, session, all} = found;
	return {
		// The shell has not done that yet.
		...(typeof outputs === 'string' && {outputs: outputs.replace(/^~(?=\/|$)/, process.env['HOME'] ?? os.homedir())}),
		...(typeof session === 'string' && {session}),
		...(all === true && {all}),
	};
};

/** Those that start with a text; where there are none, those that do so but for the case of letters. */
const startingWith = <T>(all: readonly T[], start: string, nameOf: (one: T) => string): T[] => {
	const exact = all.filter(one => nameOf(one).startsWith(start));
	return exact.length > 0 ? exact : all.filter(one => nameOf(one).toLowerCase().startsWith(start.toLowerCase()));
};

/** The first of many, and those with which the beginning that is common to all is still the same: a shell types that. */
const bounded = (values: readonly string[]): string[] => {
	if (values.length <= limit) {
		return values.toSorted(compareNatural);
	}

	const sorted = values.toSorted();
	return [...new Set([...sorted.slice(0, limit), sorted.at(-1)!])];
};

/** The outputs of one folder, as PATH arguments: a level at a time, as shells complete files. */
const outputsBelow = async (context: Context, prefix: string): Promise<Candidate[]> => {
	const {outputs, session: {id}} = await chooseSession(context);
	const around = prefix.lastIndexOf('/');
	const start = prefix.slice(around + 1);
	if (around === -1) {
		const facts = await outputs.statEntries(id, [...parts]);
		return startingWith(parts.filter(part => facts.get(part)?.type === 'directory'), start, part => part).map(part => ({value: `${part}/`}));
	}

	const {path: folder, facts}: {path: string; facts: Facts} = await resolveOutput(outputs, id, prefix.slice(0, around));
	const names: string[] = [];
	if (folder !== '' && facts.type === 'directory') {
		for await (const chunk of outputs.list(`${id}/${folder}`, {signal: context.signal})) {
			for (const {name, type} of chunk) {
				if (start.startsWith('.') || !name.startsWith('.')) {
					names.push(`${printable(name)}${type === 'directory' ? '/' : ''}`);
				}
			}
		}
	}

	return bounded(startingWith(names, start, name => name)).map(name => ({value: `${printable(folder)}/${name}`}));
};

const describe = ({marker, keep, problem}: Session, now: number): string => [
	marker === undefined ? '' : `used ${formatAge(now - marker.lastActiveAt)} ago`.replace('now ago', 'now'),
	keep === undefined ? '' : 'kept',
	problem === undefined ? '' : 'broken',
].filter(text => text !== '').join(', ');

/** The sessions that the user may see, the last used first: by their labels, by their ids where there is none or the beginning of one is typed. */
const sessionsStarting = async (context: Context, prefix: string): Promise<Candidate[]> => {
	const opened = await context.open({mayCreate: false});
	if (opened === undefined) {
		return [];
	}

	const started = performance.now();
	const now = context.now();
	const sessions: Session[] = [];
	for await (const part of readSessions(opened.outputs, {uid: context.uid, isAll: context.flags.all ?? false}, context.signal)) {
		sessions.push(...part);
		if (performance.now() - started > patience) {
			break;
		}
	}

	sessions.sort((a, b) => (b.marker?.lastActiveAt ?? 0) - (a.marker?.lastActiveAt ?? 0));
	// A label that this terminal cannot show is not understood in another form: the id is.
	const labelOf = ({marker}: Session): string | undefined => marker?.label === undefined || printableText(marker.label) !== marker.label ? undefined : marker.label;
	const candidates = sessions.flatMap(session => {
		const label = labelOf(session);
		const told = describe(session, now);
		return [
			...(label === undefined ? [] : [{value: label, description: [shortId(session.id), told].filter(Boolean).join(', ')}]),
			...(label === undefined || (prefix !== '' && session.id.startsWith(prefix)) ? [{value: session.id, description: [label ?? 'no label', told].filter(Boolean).join(', ')}] : []),
		];
	});
	return startingWith(candidates, prefix, ({value}) => value).slice(0, limit);
};

/** Prints the candidates that the scripts ask for. @returns the exit code, 0 */
export const complete = async ([kind, prefix = '', ...words]: readonly string[], signal: AbortSignal): Promise<number> => {
	try {
		const context = await createContext({flags: {...readWords(words), quiet: true}, words: [], signal});
		const candidates = kind === 'sessions' ? await sessionsStarting(context, prefix) : await outputsBelow(context, prefix);
		process.stdout.write(candidates.map(({value, description}) => `${value}${description === undefined ? '' : `\t${description}`}\n`).join(''));
	} catch {
		// A line that is wrong, or settings that are: who presses Return is told.
	}

	return 0;
};
