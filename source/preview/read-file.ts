import {kindOf, type Kind, type TextKind} from './kind.js';
import {readBeginning, readBytes} from './plain.js';
import type {Content} from './shapes.js';
import {headLength, Unreadable, type ReadOptions, type Source} from './source.js';
import {printableLinesOf} from './text.js';

const readTextOf = async (kind: TextKind, text: string, isCut: boolean): Promise<Content> => {
	switch (kind.type) {
		case 'text': {
			return {kind: 'lines', lines: printableLinesOf(text), isCut};
		}

		case 'json': {
			return (await import('./readers/json.js')).readJson(text, isCut);
		}

		case 'json-lines': {
			return (await import('./readers/json.js')).readJsonLines(text, isCut);
		}

		case 'markdown': {
			return (await import('./readers/markdown.js')).readMarkdown(text, isCut);
		}

		case 'code': {
			return (await import('./readers/code.js')).readCode(text, isCut, kind.language);
		}

		case 'table': {
			return (await import('./readers/table.js')).readTable(text, isCut, kind.separator);
		}
	}
};

const readText = async (source: Source, kind: TextKind): Promise<Content> => {
	const {text, isCut} = await readBeginning(source);
	return readTextOf(kind, text, isCut);
};

/** What a regular file holds. It is bounded in bytes, not in time: whoever calls it sees to that. */
export const readKind = async (source: Source, kind: Kind, options: ReadOptions): Promise<Content> => {
	switch (kind.type) {
		case 'text':
		case 'json':
		case 'json-lines':
		case 'markdown':
		case 'code':
		case 'table': {
			return readText(source, kind);
		}

		case 'binary': {
			return readBytes(source, 'binary file');
		}

		case 'known': {
			return readBytes(source, kind.title);
		}

		case 'picture': {
			return (await import('./readers/picture.js')).readPicture(source, kind.format, options);
		}

		case 'zip': {
			return (await import('./archive/zip.js')).readZip(source);
		}

		case 'gzip': {
			return (await import('./archive/gzip.js')).readGzip(source);
		}

		case 'tar': {
			const {flowOf, readTar} = await import('./archive/tar.js');
			return readTar(flowOf(source), 'tar');
		}

		case 'sound': {
			return (await import('./readers/sound.js')).readSound(source, kind.format);
		}

		case 'film': {
			return (await import('./readers/film.js')).readFilm(source, kind.format);
		}

		case 'pdf': {
			return (await import('./readers/pdf.js')).readPdf(source);
		}
	}
};

/** As `readKind`; a file that is not what it seems to be is told with the reason, and what it begins with. */
export const readContent = async (source: Source, options: ReadOptions): Promise<Content> => {
	const kind = kindOf(source.name, await source.read(0, headLength));
	try {
		return await readKind(source, kind, options);
	} catch (error) {
		if (!(error instanceof Unreadable || error instanceof RangeError)) {
			throw error;
		}

		return readBytes(source, `${'format' in kind ? kind.format : kind.type} file that cannot be read: ${error.message}`);
	}
};
