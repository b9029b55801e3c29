import {formatBytes, plural} from '../../text/size.js';
import {Failure, isAbort, reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {hasField} from '../../text/template.js';
import {describeTrap, toldTraps} from '../../export/name-traps.js';
import type {Exported, Skipped} from '../../export/types.js';
import type {Hold} from '../../outputs/outputs.js';
import type {Effect, Message} from '../messages.js';
import {namedOf, sourceOf, type Source} from './export-source.js';
import {createJobs, type Jobs} from './jobs.js';
import type {Dispatch, Services} from './services.js';

type ExportEffect = Extract<Effect, {type: 'export'}>;

type Outcome = Pick<Extract<Message, {type: 'export-finished'}>, 'text' | 'problems' | 'notes' | 'isFailed' | 'nextTo'>;

const describe = (exports: readonly Exported[]): Pick<Outcome, 'text' | 'problems' | 'notes'> => {
	const skipped: Skipped[] = exports.flatMap(({skipped: some}) => [...some]);
	const files = exports.reduce((sum, one) => sum + one.files, 0);
	const bytes = exports.reduce((sum, one) => sum + one.bytes, 0);
	const [first] = exports;
	const where = exports.length === 1 ? printable(first!.path) : `${printable(first!.path)} and ${plural(exports.length - 1, 'more file')}`;
	const left = skipped.length > 0 ? `, ${skipped.length} left out` : '';
	return {
		text: `exported ${plural(files, 'file')}, ${formatBytes(bytes)}${left}, to ${where}`,
		problems: [
			...skipped.map(({path, reason}) => `${printable(path)}: ${reason}`),
			...exports.flatMap(({standIns}) => standIns.map(({path, name}) => `${printable(path)}: its name is no UTF-8; in the archive it is ${printable(name)}`)),
		],
		notes:
			exports.flatMap(({traps}) => traps.slice(0, toldTraps).map(trap => describeTrap(trap))),
	};
};

/** After an export to a file of that name the next one goes beside it, not into one called alike; where fields make the name, each has its own. */
const besides = (to: string): string => hasField(to) ? to : to.includes('/') ? to.slice(0, to.lastIndexOf('/') + 1) : '.';

/** How far it is. */
type Told = Pick<Extract<Message, {type: 'task-progressed'}>, 'bytes' | 'totalBytes' | 'current' | 'isChecking'>;

type Progress = {
	readonly onProgress: (progress: Told) => void;
	/** Told of each file that has arrived whole. */
	readonly onArrival: () => void;
};

const run = async (services: Services, effect: ExportEffect, source: Source, signal: AbortSignal, {onProgress, onArrival}: Progress): Promise<Outcome> => {
	const {session, paths} = source;
	// Loaded when the first export starts: the screen needs none of it.
	const [{resolveDestination}, {exportFile, exportZip}, {defaultName}, {foldersBelow, intoFolder}, {templateValues}] = await Promise.all([
		import('../../export/destination.js'),
		import('../../export/export.js'),
		import('../../export/names.js'),
		import('../../export/tree.js'),
		import('../../export/template-values.js'),
	]);
	const named = namedOf(source);
	const places = {cwd: services.cwd, home: services.home, expandsTilde: true, values: templateValues({...named, now: services.now()})};
	if (effect.isZip) {
		const all = paths.includes('') ? [] : paths;
		const name = defaultName({...named, paths: all, isZip: true});
		const destination = await resolveDestination(effect.to, name, places);
		const exported = await exportZip(services.outputs, session, all, destination, {
			signal,
			// What was counted for the dialog, until it is known better.
			onProgress({bytes, totalBytes = effect.totalBytes, current, isChecking}) {
				onProgress({bytes, totalBytes, current, isChecking});
			},
		});
		return {...describe([exported]), nextTo: destination.name === name ? effect.to : besides(effect.to)};
	}

	// Several files keep their tree, as far as they do not share it.
	const folders = foldersBelow(paths);
	const done: Exported[] = [];
	const problems: string[] = [];
	let before = 0;
	let nextTo = effect.to;
	for (const path of paths) {
		signal.throwIfAborted();
		const name = defaultName({...named, paths: [path], isZip: false});
		const destination = await resolveDestination(effect.to, name, places);
		if (paths.length > 1 && destination.name !== name && !hasField(effect.to.slice(effect.to.lastIndexOf('/') + 1), 'name')) {
			throw new Failure(`${printable(effect.to)} is no directory: several files go into one`);
		}

		nextTo = destination.name === name ? effect.to : besides(effect.to);
		let undo: (() => Promise<void>) | undefined;
		try {
			const placed = await intoFolder(destination, folders.get(path)!);
			undo = placed.undo;
			const exported = await exportFile(services.outputs, session, path, placed.destination, {
				signal,
				onProgress({bytes, totalBytes}) { // eslint-disable-line @typescript-eslint/no-loop-func -- `before` is what the files so far have had
					onProgress({bytes: before + bytes, totalBytes: paths.length === 1 ? totalBytes : effect.totalBytes, current: path});
				},
			});
			done.push(exported);
			onArrival();
			before += exported.bytes;
		} catch (error) {
			await undo?.();
			signal.throwIfAborted();
			if (paths.length === 1) {
				throw error;
			}

			problems.push(`${printable(path)}: ${reasonOf(error)}`);
		}
	}

	if (done.length === 0) {
		return {text: 'nothing was exported', problems, isFailed: true, nextTo};
	}

	const outcome = describe(done);
	return {...outcome, problems: [...problems, ...outcome.problems], nextTo};
};

/** Exports that run at once: each has threads of its own, which share the machine and its memory. */
const mostAtOnce = 3;

/** Runs exports, and cancels them. */
export const createExporter = (services: Services, dispatch: Dispatch): Pick<Jobs, 'cancel' | 'settled'> & {readonly start: (effect: ExportEffect) => void} => {
	const jobs = createJobs(mostAtOnce);
	const start = async (effect: ExportEffect, signal: AbortSignal): Promise<void> => {
		let arrived = 0;
		const {id} = effect;
		const source = sourceOf(effect);
		let hold: Hold | undefined;
		try {
			signal.throwIfAborted();
			dispatch({type: 'task-progressed', id, at: services.now(), bytes: 0, totalBytes: effect.totalBytes});
			// The user may go on to another session while this one is exported. One that cannot be held is exported all the same: that was told when it was opened.
			hold = source.session === '' ? undefined : await services.outputs.hold(source.session).catch(() => undefined);
			const outcome = await run(services, effect, source, signal, {
				onProgress(progress) {
					dispatch({type: 'task-progressed', id, at: services.now(), ...progress});
				},
				onArrival() {
					arrived++;
				},
			});
			dispatch({type: 'export-finished', id, ...outcome});
		} catch (error) {
			dispatch(signal.aborted || isAbort(error)
				? {type: 'export-cancelled', id, arrived}
				: {type: 'export-failed', id, problem: reasonOf(error)});
		} finally {
			await hold?.release();
		}
	};

	return {
		...jobs,
		start(effect) {
			jobs.start(effect.id, async signal => start(effect, signal));
		},
	};
};
