import type {Problem} from '../../legacy/survey.js';
import type {Outcome, Place, TaskOptions} from '../../legacy/task.js';
import {printable} from '../../text/printable.js';
import type {Context} from '../context.js';
import {jsonPath, note, print, printJson, progressLine, warn} from '../report.js';
import {formatCount} from '../../text/size.js';

export type Action = 'status' | 'backup' | 'import' | 'remove' | 'restore' | 'publish';

/** What an action works with. */
export type Work = {
	readonly context: Context;
	/** The words after the action. */
	readonly words: readonly string[];
	readonly place: Place;
};

/** Runs a task with progress on the terminal, cancel and notes. */
export const runTask = async <T>(context: Context, verb: string, task: (options: TaskOptions) => Promise<T>): Promise<T> => {
	const progress = progressLine(context, verb);
	try {
		return await task({
			signal: context.signal,
			onProgress: progress.update,
			isDryRun: context.flags.dryRun ?? false,
			onNote(text) {
				progress.end();
				note(context, text);
			},
		});
	} finally {
		progress.end();
	}
};

export type Report = Outcome & {
	readonly action: Action;
	readonly path: string;
	/** The result for a person, a line each; not yet made printable. */
	readonly lines: readonly string[];
	/** More keys of the JSON document. */
	readonly more?: Readonly<Record<string, unknown>>;
	/** At most so many failures are named one by one. */
	readonly listed?: number;
};

const problemsToJson = (problems: readonly Problem[]): unknown => problems.map(({path, error}) => ({...jsonPath(path), error}));

/** Entries that got another name, in JSON. */
export const renamedToJson = (renamed: ReadonlyArray<{readonly path: string; readonly to: string}>): unknown => renamed.map(({path, to}) => {
	const {path: text, pathBase64} = jsonPath(to);
	return {...jsonPath(path), to: text, ...(pathBase64 !== undefined && {toBase64: pathBase64})};
});

/** Tells the result of an action. @returns the exit code */
export const tell = (context: Context, {action, path, files, bytes, failed, lines, more = {}, listed = Infinity}: Report): number => {
	if (context.flags.json) {
		printJson(context, {
			action, ...jsonPath(path), files, bytes, failed: problemsToJson(failed), dryRun: context.flags.dryRun ?? false, ...more,
		});
	} else {
		print(context, lines.map(line => `${line}\n`).join(''));
	}

	for (const {path: where, error} of failed.slice(0, listed)) {
		warn(context, `${printable(where)}: ${error}`);
	}

	if (failed.length > listed) {
		warn(context, `and ${formatCount(failed.length - listed)} more (--json names all)`);
	}

	return failed.length > 0 ? 1 : 0;
};
