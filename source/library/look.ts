import type {Facts, Outputs} from '../outputs/outputs.js';
import {codeOf, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {OutputNotFoundError} from './errors.js';
import type {Output} from './types.js';

export const outputOf = (path: string, {type, bytes, modifiedAt}: Facts): Output => ({path, type, bytes, modifiedAt});

/** Whether an error says that there is nothing under the path. */
export const isNothing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '');

/** @throws {OutputNotFoundError} */
export const statOutput = async (outputs: Outputs, id: string, path: string): Promise<Facts> => {
	try {
		return await outputs.stat(`${id}/${path}`);
	} catch (error) {
		throw isNothing(error) ? new OutputNotFoundError(`there is no output ${printable(path)} in the session`, {cause: error}) : failed('look at', path, error);
	}
};
