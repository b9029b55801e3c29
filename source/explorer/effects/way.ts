import {codeOf, reasonOf} from '../../text/errors.js';

/** How the changes of a folder come to be known. `absent`: there is no such folder, and the one around it tells when that changes. `poll`: why it cannot be watched, in a word or two. */
export type Way = 'watch' | 'absent' | {readonly poll: string; readonly isLimit: boolean};

/** Where a limit is reached there may be room later. */
export const atLimit: Way = {poll: 'watch limit', isLimit: true};

/** What is left after a folder could not be watched. */
export const wayAfter = (error: unknown): Way => {
	const code = codeOf(error) ?? '';
	if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(code)) {
		return 'absent';
	}

	if (['ENOSPC', 'EMFILE'].includes(code)) {
		return atLimit;
	}

	return {poll: code === 'ENOTSUP' ? (error as Error).message : reasonOf(error), isLimit: false};
};
