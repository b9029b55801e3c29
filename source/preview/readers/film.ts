import {Buffer} from 'node:buffer';
import {describeFormat, describeTags, describeTracks, formatSeconds, readMetadata} from '../media/metadata.js';
import type {Content, Detail} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';
import {viewOf} from '../view.js';

export type FilmFormat = 'MP4' | 'Matroska' | 'AVI' | 'MPEG';

/** The head of an AVI file: https://learn.microsoft.com/windows/win32/directshow/avi-riff-file-reference */
const readAvi = async (source: Source): Promise<Detail[]> => {
	const head = await source.read(0, 4096);
	const at = Buffer.from(head).indexOf('avih', 0, 'latin1');
	if (at === -1) {
		throw new Unreadable('its head is missing');
	}

	const view = viewOf(head);
	const [period, frames] = [view.u32(at + 8, true), view.u32(at + 24, true)];
	return [
		...(period > 0 ? [['duration', formatSeconds(frames * period / 1_000_000)] as const, ['film', `${view.u32(at + 40, true)} × ${view.u32(at + 44, true)}, ${Math.round(100_000_000 / period) / 100} frames a second`] as const] : []),
		['tracks', String(view.u32(at + 32, true))],
	];
};

/** The size in the first head of an MPEG stream. */
const readMpeg = async (source: Source): Promise<Detail[]> => {
	const head = Buffer.from(await source.read(0, 65_536));
	const at = head.indexOf(Buffer.from([0, 0, 1, 0xb3]));
	return at === -1 || at + 8 > head.length ? [] : [['film', `${head.readUInt16BE(at + 4) >> 4} × ${head.readUInt16BE(at + 5) & 0x0f_ff}`]];
};

const describe = async (source: Source, mimeType: string): Promise<Detail[]> => {
	try {
		const metadata = await readMetadata(source, mimeType);
		const tags = describeTags(metadata);
		return [...describeFormat(metadata, false), ...describeTracks(metadata), ...(tags.length > 0 ? ['', ...tags] : [])];
	} catch (error) {
		throw new Unreadable(`it is damaged, or unlike others (${error instanceof Error ? error.message : ''})`);
	}
};

/** What a film says of itself: its duration, its tracks, its tags. */
export const readFilm = async (source: Source, format: FilmFormat): Promise<Content> => {
	switch (format) {
		case 'AVI': {
			return {kind: 'facts', title: 'AVI film', details: await readAvi(source)};
		}

		case 'MPEG': {
			return {kind: 'facts', title: 'MPEG film', details: await readMpeg(source)};
		}

		case 'MP4':
		case 'Matroska': {
			return {kind: 'facts', title: `${format} film`, details: await describe(source, format === 'MP4' ? 'video/mp4' : 'video/matroska')};
		}
	}
};
