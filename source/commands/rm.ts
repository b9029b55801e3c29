import type {Outputs} from '../outputs/outputs.js';
import {checkUsable} from '../outputs/sessions.js';
import {joinPath, outermost} from '../outputs/path.js';
import {compareNatural} from '../text/natural-order.js';
import {Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {confirm} from './ask.js';
import {chooseSession, nameSession} from './choose.js';
import type {Context, Opened} from './context.js';
import {jsonPath, note, printJson, printLines, time, warn} from './report.js';
import {parsePattern} from './pattern.js';
import {findOutput, noOutput} from './resolve-path.js';

type Counted = {readonly path: string; readonly isFolder: boolean; readonly files: number; readonly bytes: number};

export const countOutput = async ({signal}: Pick<Context, 'signal'>, outputs: Outputs, id: string, path: string): Promise<Counted> => {
	let files = 0;
	let bytes = 0;
	for await (const chunk of outputs.walk(`${id}/${path}`, {signal})) {
		for (const entry of chunk) {
			if ('error' in entry || entry.facts.type !== 'directory') {
				files++;
				bytes += 'facts' in entry ? entry.facts.bytes : 0;
			}
		}
	}

	const {type} = await outputs.stat(`${id}/${path}`);
	return {path, isFolder: type === 'directory', files, bytes};
};

/**
Removes an output of a session, and logs that.

@returns what is left of it, as a sentence
@throws Failure that says why it was not removed
*/
export const discardOutput = async (context: Pick<Context, 'log' | 'now'>, {outputs, sweeper}: Opened, id: string, {path, files, bytes}: Counted): Promise<string | undefined> => {
	const discarding = await sweeper.discard(`${id}/${path}`);
	if (discarding.outcome === 'refused') {
		throw new Failure(discarding.reason);
	}

	await context.log({
		time: time(context.now()), outputs: outputs.location.toWellFormed(), event: 'output removed', id, ...jsonPath(path), files, bytes,
	});
	return discarding.leftover;
};

/** No pattern is taken: a name that looks like one, and is gone, would remove another output. */
const refuse = (word: string): never => {
	throw parsePattern(word) === undefined
		? noOutput(word)
		: new Failure(`there is no output ${printable(word)}, and rm takes no patterns: "sojourn ls -0 PATTERN | xargs -0 -o sojourn rm" asks for what one matches`);
};

/** The outputs that PATHs name, none twice and none below another. The two parts of a session stay: what is in them is meant. */
const resolve = async (outputs: Outputs, id: string, words: readonly string[]): Promise<string[]> => {
	const found = new Set<string>();
	for (const word of words) {
		const {path} = await findOutput(outputs, id, word) ?? refuse(word);
		if (path === '') {
			throw new Failure('"sojourn rm" removes outputs; "sojourn end" removes a whole session', 2);
		}

		if (path === 'single' || path === 'bulk') {
			for await (const chunk of outputs.list(`${id}/${path}`)) {
				for (const {name} of chunk) {
					found.add(joinPath(path, name));
				}
			}
		} else {
			found.add(path);
		}
	}

	return outermost([...found]).sort(compareNatural);
};

const listed = 10; // Of many outputs, the first are shown.

/** `sojourn rm PATH…`: removes outputs of one's own session. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length === 0) {
		throw new Failure('rm needs at least one path, as "sojourn ls" prints them', 2);
	}

	const {outputs, sweeper, session} = await chooseSession(context);
	checkUsable(session);
	const {id} = session;
	const paths = await resolve(outputs, id, context.words);
	const doomed: Counted[] = [];
	for (const path of paths) {
		doomed.push(await countOutput(context, outputs, id, path));
	}

	if (doomed.length > 0) {
		const [files, bytes] = [doomed.reduce((sum, one) => sum + one.files, 0), doomed.reduce((sum, one) => sum + one.bytes, 0)];
		const isRemoved = await confirm(context, [
			`This removes from the session ${nameSession(session)} ${plural(files, 'file')}, ${formatBytes(bytes)}:`,
			...doomed.slice(0, listed).map(one => `  ${printable(one.path)}${one.isFolder ? `/  ${plural(one.files, 'file')}` : ''}  ${formatBytes(one.bytes)}`),
			...(doomed.length > listed ? [`  and ${plural(doomed.length - listed, 'more output')}`] : []),
		]);
		if (!isRemoved) {
			note(context, 'nothing was removed');
			return 1;
		}
	}

	const removed: Counted[] = [];
	const failed: Array<{path: string; error: string}> = [];
	for (const one of doomed) {
		if (context.signal.aborted) {
			break; // What is done is told.
		}

		try {
			const leftover = await discardOutput(context, {outputs, sweeper}, id, one);
			removed.push(one);
			if (leftover !== undefined) {
				failed.push({path: one.path, error: leftover});
			}
		} catch (error) {
			failed.push({path: one.path, error: reasonOf(error)});
		}
	}

	if (context.flags.json) {
		printJson(context, {
			removed: removed.map(({path, files, bytes}) => ({...jsonPath(path), files, bytes})),
			failed: failed.map(({path, error}) => ({...jsonPath(path), error})),
		});
	} else {
		printLines(context, removed.map(({path}) => path), context.flags[0] ?? false);
	}

	for (const {path, error} of failed) {
		warn(context, `${printable(path)}: ${error}`);
	}

	return failed.length > 0 ? 1 : 0;
};
