import {isPrintable} from '../text/printable.js';
import {looksLikeId} from './id.js';

/**
Why `label` cannot be a session's label, as the end of a sentence, or `undefined` if it can: 1 to 64 printable characters, no `/`, nothing that looks like an id or the beginning of one.
*/
export const labelProblem = (label: string): string | undefined => {
	if (label.trim() === '') {
		return 'it is empty';
	}

	if (label !== label.trim()) {
		return 'it starts or ends with a space';
	}

	if ([...label].length > 64) {
		return 'it has more than 64 characters';
	}

	if (label.includes('/')) {
		return 'it holds a slash';
	}

	if (!isPrintable(label)) {
		return 'it holds a backslash or characters that cannot be printed';
	}

	if (label.startsWith('-')) {
		return 'it starts with a dash, as flags do';
	}

	return looksLikeId(label) ? 'it looks like a session id or the beginning of one' : undefined;
};
