import type {Content} from './shapes.js';
import {headLength, previewLimit, type Source} from './source.js';
import {decodeRaw, isText, printableLinesOf} from './text.js';

/** Bytes of a file that is no text that are shown. */
const bytesLimit = 16_384;

/** The beginning of a file that no reader knows. */
export const readBytes = async (source: Source, title: string): Promise<Content> => ({
	kind: 'bytes', title, bytes: await source.read(0, bytesLimit), isCut: source.bytes > bytesLimit,
});

/** How a text begins, with whatever is in it; `isCut`: whether it goes on. */
export const readBeginning = async (source: Source): Promise<{readonly text: string; readonly isCut: boolean}> => {
	const bytes = await source.read(0, Math.min(previewLimit, source.bytes));
	const isCut = source.bytes > bytes.length;
	return {text: decodeRaw(bytes, isCut), isCut};
};

/** A file as the text or the bytes that it is, whatever its kind: for what has no reader, and for what its reader cannot cope with. */
export const readPlainly = async (source: Source, title = 'binary file'): Promise<Content> => {
	if (!isText(await source.read(0, headLength))) {
		return readBytes(source, title);
	}

	const {text, isCut} = await readBeginning(source);
	return {kind: 'lines', lines: printableLinesOf(text), isCut};
};
