import {codeOf, reasonOf} from '../text/errors.js';

/** Why an entry could not be read, as the end of a sentence. */
export const reasonFor = (error: unknown): string => codeOf(error) === 'ENOENT' ? 'it has vanished' : reasonOf(error);

/** Why an entry that was looked at is not in an archive: it is no regular file. */
export const reasonForType = (type: 'symlink' | 'other'): string => type === 'symlink' ? 'it is a symbolic link, which is not followed' : 'it is not a regular file';

export const changedWhileRead = 'it changed while it was read';

export const tooLongForArchive = 'its path is too long for an archive';
