import {decodeName} from '../text/names.js';
import {printableText} from '../text/printable.js';

/** Code units of a tag that are shown. */
const tagLimit = 400;

/** Text that somebody put into a file, on one line, printable, and not too long. */
export const cleanText = (text: string, limit = tagLimit): string => {
	const [whole = ''] = text.split('\0', 1);
	const line = whole.slice(0, limit).trim().replaceAll(/\s+/g, ' ');
	return printableText(line) + (whole.length > limit ? '…' : '');
};

/** As `cleanText`, from bytes. */
export const cleanBytes = (bytes: Uint8Array, limit = tagLimit): string => cleanText(decodeName(bytes.subarray(0, limit * 4)), limit);
