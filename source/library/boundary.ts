import {settle, type Settled} from '../commands/settle.js';
import type {Opened} from '../commands/context.js';
import {SessionGone} from '../outputs/gone.js';
import {SettingsError} from '../settings/error.js';
import {codeOf, Failure, isAbort, reasonOf} from '../text/errors.js';
import {ArgumentError, SessionNotFoundError, SettingError, SojournError} from './errors.js';
import type {OpenedOutputs, OutputsOptions} from './types.js';

/** The error that a caller gets: of the library's own classes, or the signal's reason. */
const translate = (error: unknown, signal: AbortSignal | undefined): unknown => {
	if (error instanceof SojournError || isAbort(error) || (signal?.aborted && error === signal.reason)) {
		return error;
	}

	const options = {cause: error};
	if (error instanceof SettingsError) {
		return new SettingError(error.message, error.setting, error.value, options);
	}

	if (error instanceof SessionGone) {
		return new SessionNotFoundError(error.message, options);
	}

	if (error instanceof Failure) {
		return error.exitCode === 2 ? new ArgumentError(error.message, options) : new SojournError(error.message, codeOf(error.cause), options);
	}

	return new SojournError(reasonOf(error), codeOf(error), options);
};

/** Does something for a caller, with the errors that are promised. */
export const atBoundary = async <T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
	try {
		signal?.throwIfAborted();
		return await action();
	} catch (error) {
		throw translate(error, signal);
	}
};

/** What stands behind what `openOutputs` gave. */
const behind = new WeakMap<OpenedOutputs, Settled>();

/** A text without a NUL; else it is no path. */
export const isPath = (value: unknown): value is string => typeof value === 'string' && value !== '' && !value.includes('\0');

/** Opens for good. */
export const openSettled = async (outputs: string | undefined): Promise<Settled> => {
	if (outputs !== undefined && !isPath(outputs)) {
		throw new SettingsError('outputs', outputs, 'give a directory, or what openOutputs gave');
	}

	return settle({flags: {outputs}});
};

export const remember = (opened: OpenedOutputs, settled: Settled): void => {
	behind.set(opened, settled);
};

/** Does something with the outputs directory that is meant, and closes it again if it was opened for that. */
export const withSettled = async <T>({outputs}: OutputsOptions, action: (settled: Settled) => Promise<T>): Promise<T> => {
	const known = typeof outputs === 'object' && outputs !== null ? behind.get(outputs) : undefined;
	if (known !== undefined) {
		return action(known);
	}

	const settled = await openSettled(outputs as string | undefined);
	try {
		return await action(settled);
	} finally {
		await settled.close();
	}
};

/** As `withSettled`, where there is no need to make the directory; `absent` says what is to be done where it is missing. */
export const withOpened = async <T>(options: OutputsOptions, absent: () => T, action: (opened: Opened, settled: Settled) => Promise<T>): Promise<T> => withSettled(options, async settled => {
	const opened = await settled.open({mayCreate: false});
	return opened === undefined ? absent() : action(opened, settled);
});
