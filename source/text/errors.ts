import {printable, printableText} from './printable.js';

/** An error whose message is a whole sentence for the user: what failed, on which path, why, and what to do. Its text is printable. */
export class Failure extends Error {
	override readonly name: string = 'Failure';

	/**
	@param exitCode - what the command ends with: 1 the operation failed, 2 wrong usage or settings, 126 and 127 a program that may not be run, or is missing
	*/
	constructor(message: string, readonly exitCode: 1 | 2 | 126 | 127 = 1, options?: ErrorOptions) {
		super(message, options);
	}
}

const reasons: Readonly<Record<string, string>> = {
	EACCES: 'permission denied',
	EBUSY: 'it is in use',
	EDQUOT: 'the disk quota is used up',
	EEXIST: 'it is there already',
	EFBIG: 'the file is too large for this file system',
	EINVAL: 'the system does not allow this here',
	EIO: 'the disk reported an error',
	EISDIR: 'it is a folder',
	ELOOP: 'it is a symbolic link, which is not followed',
	EMFILE: 'too many files are open',
	ENAMETOOLONG: 'the name is too long',
	ENFILE: 'too many files are open on this system',
	ENODEV: 'the device is gone',
	ENOENT: 'it does not exist',
	ENOSPC: 'no space is left on the disk',
	ENOTDIR: 'it is not a folder, or lies below something that is none',
	ENOTEMPTY: 'the folder is not empty',
	ENXIO: 'it is a device or pipe that nothing serves',
	EPERM: 'the system does not permit it',
	EPIPE: 'the reader is gone',
	EROFS: 'the file system is read-only',
	ESTALE: 'the file server has lost it',
	ETIMEDOUT: 'the file server did not answer',
	EXDEV: 'it is on another file system',
};

/** The code of a system error (`ENOENT`), or `undefined`. */
export const codeOf = (error: unknown): string | undefined =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Why something failed, as the end of a sentence, printable. */
export const reasonOf = (error: unknown): string => {
	const code = codeOf(error);
	const known = code === undefined ? undefined : reasons[code];
	if (known !== undefined) {
		return known;
	}

	return error instanceof Error ? printableText(error.message) : printableText(String(error));
};

/**
The error for something that failed on a path.

@example
failed('read', 'single/a.png', error) //=> 'cannot read single/a.png: permission denied'
*/
export const failed = (action: string, path: string, error: unknown): Failure =>
	error instanceof Failure ? error : new Failure(`cannot ${action} ${printable(path)}: ${reasonOf(error)}`, 1, {cause: error});

/** Whether this is the sign that somebody cancelled, rather than a failure. */
export const isAbort = (error: unknown): boolean =>
	error instanceof Error && (error.name === 'AbortError' || codeOf(error) === 'ABORT_ERR');
