import type {ReadableAt} from '../files/copy-file.js';
import type {Facts, OpenFile, Outputs} from '../outputs/outputs.js';
import {Failure, failed} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {checkPath, outputPath} from './entries.js';

/** Why a copy is not whole. */
export const changed = 'it changed while it was copied';

/** Whether a file seems untouched between two looks. */
export const isSame = (before: Facts, now: Facts): boolean => before.bytes === now.bytes && before.modifiedAt === now.modifiedAt;

/** Opens the one file to export; anything else is refused with what to do. */
export const openOne = async (outputs: Outputs, session: string, path: string): Promise<OpenFile> => {
	const location = outputPath(session, checkPath(path));
	try {
		const {type} = await outputs.stat(location);
		switch (type) {
			case 'file': {
				return await outputs.open(location);
			}

			case 'directory': {
				throw new Failure(`${printable(path)} is a folder: export it as a ZIP`);
			}

			case 'symlink': {
				throw new Failure(`${printable(path)} is a symbolic link, which is not followed: export the file that it points to`);
			}

			case 'other': {
				throw new Failure(`${printable(path)} is not a regular file and cannot be exported`);
			}
		}
	} catch (error) {
		throw failed('export', path, error);
	}
};

/** The file, with errors of reading that name it: those of writing name the destination. */
export const readingFrom = (file: OpenFile, path: string): ReadableAt => ({
	...(file.handle && {handle: file.handle}),
	async read(buffer, position) {
		try {
			return await file.read(buffer, position);
		} catch (error) {
			throw failed('read', path, error);
		}
	},
});
