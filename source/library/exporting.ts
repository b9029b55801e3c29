import process from 'node:process';
import type {Writable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {resolveDestination} from '../export/destination.js';
import {exportFile as fileTo, exportToStream, exportZip as zipTo} from '../export/export.js';
import {defaultName} from '../export/names.js';
import type {Exported as Done} from '../export/types.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {atBoundary, isPath} from './boundary.js';
import {ArgumentError, OutputChangedError} from './errors.js';
import {checkOutputPath, whileHeld, withSession} from './find.js';
import {statOutput} from './look.js';
import type {
	Exported,
	ExportOptions,
	ExportTarget,
} from './types.js';

/** The one place where the library calls the export, as `sojourn export` does. */

/** What an export says of a file that did not hold still. */
const changed = 'it changed while it was copied';

const isWritable = (to: unknown): to is Writable => typeof to === 'object' && to !== null && 'write' in to && 'end' in to && 'on' in to;

const toResult = ({path, files, bytes, skipped, renamed, standIns}: Done): Exported => ({
	...(path !== '-' && {path}), files, bytes, skipped, renamed, standIns,
});

const endStream = async (to: Writable, {end = true}: ExportTarget): Promise<void> => {
	if (end && to !== process.stdout && to !== process.stderr) {
		const ended = finished(to, {readable: false});
		to.end();
		await ended;
	}
};

/** A stream that breaks before it is written to must not end the process; writing tells of it. */
const whileListening = async <T>(to: unknown, action: () => Promise<T>): Promise<T> => {
	const listen = (): void => undefined;
	if (isWritable(to)) {
		to.on('error', listen);
	}

	const result = await action();
	if (isWritable(to)) {
		to.off('error', listen);
	}

	return result;
};

const exportTo = async (options: ExportOptions, paths: readonly string[], isZip: boolean): Promise<Exported> => whileListening(options.to, async () => withSession(options, async ({id, marker}, {outputs}, {cwd, home}) => {
	const {to, overwrite, signal, onProgress} = options;
	if (!isWritable(to) && !isPath(to)) {
		throw new ArgumentError('to: give a path or a stream');
	}

	for (const path of paths) {
		await statOutput(outputs, id, path); // Before the first byte, so that a server can still say so.
	}

	return whileHeld(outputs, id, async () => {
		const task = {signal, onProgress};
		if (isWritable(to)) {
			const done = await exportToStream(outputs, id, paths, {zip: isZip}, to, task);
			if (!isZip && done.skipped.length > 0) {
				to.destroy();
				throw new Failure(`cannot export ${printable(paths[0]!)}: ${changed}; try again when it is finished`);
			}

			await endStream(to, options);
			return toResult(done);
		}

		const name = defaultName({id, label: marker?.label, paths, isZip});
		const destination = await resolveDestination(to, name, {cwd, home});
		return toResult(isZip
			? await zipTo(outputs, id, paths, destination, {...task, overwrite})
			: await fileTo(outputs, id, paths[0]!, destination, {...task, overwrite}));
	});
}));

/**
Copies one file out of a session. At a path it appears whole or not at all, with its time. The session is held meanwhile.

@param options.path - within the session: `single/a.png`
@returns where it is, and how much
@throws {ArgumentError} if the path is none of an output, or the destination is none
@throws {OutputNotFoundError} before anything is written
@throws {OutputChangedError} if it changes while it is copied
@throws {SojournError} if it is no regular file, or reading or writing fails; the signal's reason. Nothing is left behind then, and a stream of which something was written is destroyed

@example
await exportFile({session, path: 'single/a.png', to: '/home/me'}); //=> {path: '/home/me/a.png', files: 1, …}
*/
export const exportFile = async (options: ExportOptions & {readonly path: string}): Promise<Exported> => atBoundary(async () => {
	const path = checkOutputPath(options.path);
	try {
		return await exportTo(options, [path], false);
	} catch (error) {
		throw error instanceof Failure && error.message.includes(`: ${changed};`) ? new OutputChangedError(error.message, {cause: error}) : error;
	}
}, options.signal);

/**
Writes outputs of a session into one ZIP. At a path it appears whole or not at all. The session is held meanwhile.

@param options.paths - files and folders within the session; all of it by default
@returns what it holds, and in `skipped` what it does not: a file that changes or vanishes meanwhile, and whatever is no regular file, is left out and named, and the archive is valid
@throws {ArgumentError} if a path is none of an output, or the destination is none
@throws {OutputNotFoundError} before anything is written
@throws {SojournError} if writing fails; the signal's reason. Nothing is left behind then, and a stream of which something was written is destroyed

@example
await exportZip({session, to: response, signal: AbortSignal.timeout(60_000)});
*/
export const exportZip = async (options: ExportOptions & {readonly paths?: readonly string[] | undefined}): Promise<Exported> => atBoundary(async () => {
	const {paths = []} = options;
	if (!Array.isArray(paths)) {
		throw new ArgumentError('paths: give a list of paths within the session');
	}

	return exportTo(options, [...new Set(paths.map((path: string) => checkOutputPath(path)))], true);
}, options.signal);
