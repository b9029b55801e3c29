import {Buffer} from 'node:buffer';
import {languageOf} from './languages.js';
import {isText} from './text.js';

/** What a file holds, as far as its first bytes and, for texts, its name tell. */
export type Kind =
	| TextKind
	| {readonly type: 'binary' | 'pdf' | 'zip' | 'gzip' | 'tar'}
	| {readonly type: 'picture'; readonly format: PictureFormat}
	| {readonly type: 'sound'; readonly format: string}
	| {readonly type: 'film'; readonly format: 'MP4' | 'Matroska' | 'AVI' | 'MPEG'}
	/** Known by name only: nothing in it is looked at. */
	| {readonly type: 'known'; readonly title: string};

export type TextKind =
	| {readonly type: 'text' | 'json' | 'json-lines' | 'markdown'}
	| {readonly type: 'code'; readonly language: string}
	/** `separator`: found out if it is absent. */
	| {readonly type: 'table'; readonly separator: string | undefined};

export type PictureFormat = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP' | 'TIFF' | 'AVIF' | 'HEIC' | 'ICO' | 'PSD' | 'QOI';

type Test = {readonly at?: number; readonly is: string; readonly kind: Kind};

/** Beginnings of files, bytes as Latin-1. The first that fits counts. */
const magic: readonly Test[] = [
	{is: '\u0089PNG\r\n\u001A\n', kind: {type: 'picture', format: 'PNG'}},
	{is: '\u00FF\u00D8\u00FF', kind: {type: 'picture', format: 'JPEG'}},
	{is: 'GIF87a', kind: {type: 'picture', format: 'GIF'}},
	{is: 'GIF89a', kind: {type: 'picture', format: 'GIF'}},
	{at: 8, is: 'WEBP', kind: {type: 'picture', format: 'WebP'}},
	{is: 'II*\0', kind: {type: 'picture', format: 'TIFF'}},
	{is: 'MM\0*', kind: {type: 'picture', format: 'TIFF'}},
	{is: '\0\0\u0001\0', kind: {type: 'picture', format: 'ICO'}},
	{is: '8BPS\0\u0001', kind: {type: 'picture', format: 'PSD'}},
	{is: 'qoif', kind: {type: 'picture', format: 'QOI'}},
	{at: 8, is: 'WAVE', kind: {type: 'sound', format: 'WAV'}},
	{is: 'fLaC', kind: {type: 'sound', format: 'FLAC'}},
	{is: 'OggS', kind: {type: 'sound', format: 'Ogg'}},
	{is: 'ID3', kind: {type: 'sound', format: 'MP3'}},
	{at: 8, is: 'AIFF', kind: {type: 'sound', format: 'AIFF'}},
	{at: 8, is: 'AIFC', kind: {type: 'sound', format: 'AIFF'}},
	{is: 'MThd', kind: {type: 'known', title: 'MIDI score'}},
	{at: 8, is: 'AVI ', kind: {type: 'film', format: 'AVI'}},
	{is: '\u001A\u0045\u00DF\u00A3', kind: {type: 'film', format: 'Matroska'}},
	{is: '\0\0\u0001\u00BA', kind: {type: 'film', format: 'MPEG'}},
	{is: '%PDF-', kind: {type: 'pdf'}},
	{is: 'PK\u0003\u0004', kind: {type: 'zip'}},
	{is: 'PK\u0005\u0006', kind: {type: 'zip'}},
	{is: '\u001F\u008B\u0008', kind: {type: 'gzip'}},
	{at: 257, is: 'ustar', kind: {type: 'tar'}},
	{is: 'BZh', kind: {type: 'known', title: 'bzip2 archive'}},
	{is: '\u00FD7zXZ\0', kind: {type: 'known', title: 'xz archive'}},
	{is: '\u0028\u00B5\u002F\u00FD', kind: {type: 'known', title: 'Zstandard archive'}},
	{is: '7z\u00BC\u00AF\u0027\u001C', kind: {type: 'known', title: '7z archive'}},
	{is: 'Rar!\u001A\u0007', kind: {type: 'known', title: 'RAR archive'}},
	{is: 'SQLite format 3\0', kind: {type: 'known', title: 'SQLite database'}},
	{is: '\u007FELF', kind: {type: 'known', title: 'program or library (ELF)'}},
	{is: '\0asm', kind: {type: 'known', title: 'WebAssembly module'}},
	{is: '\u0093NUMPY', kind: {type: 'known', title: 'NumPy array'}},
	{is: 'PAR1', kind: {type: 'known', title: 'Parquet table'}},
	{is: '\u0089HDF\r\n', kind: {type: 'known', title: 'HDF5 data'}},
	{is: 'wOFF', kind: {type: 'known', title: 'web font'}},
	{is: 'wOF2', kind: {type: 'known', title: 'web font'}},
];

/** What the brand of an ISO base media file says it is: https://mp4ra.org */
const mediaKind = (brand: string): Kind => {
	if (brand.startsWith('avi')) {
		return {type: 'picture', format: 'AVIF'};
	}

	if (/^(?:hei|hev|mif1|msf1)/.test(brand)) {
		return {type: 'picture', format: 'HEIC'};
	}

	return /^M4[AB]/.test(brand) ? {type: 'sound', format: 'M4A'} : {type: 'film', format: 'MP4'};
};

/** An MPEG audio frame has eleven bits set, a layer and a sampling rate that exist, and another frame behind it; files have no such beginning by chance. */
const isMpegAudio = (head: Uint8Array): boolean =>
	head[0] === 0xff && (head[1]! & 0xe6) === 0xe2 && (head[2]! & 0xf0) !== 0xf0 && (head[2]! & 0xf0) !== 0 && (head[2]! & 0x0c) !== 0x0c;

const ofContent = (head: Uint8Array): Kind | undefined => {
	const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString('latin1');
	const found = magic.find(({at = 0, is}) => start.startsWith(is, at));
	if (found !== undefined) {
		return found.kind;
	}

	if (start.startsWith('ftyp', 4)) {
		return mediaKind(start.slice(8, 12));
	}

	// Older films of Apple's begin with what they hold.
	if (/^(?:moov|mdat|wide|free|skip)/.test(start.slice(4, 8)) && start.startsWith('\0')) {
		return {type: 'film', format: 'MP4'};
	}

	if (start.startsWith('BM') && start.startsWith('\0\0\0\0', 6)) {
		return {type: 'picture', format: 'BMP'};
	}

	return isMpegAudio(head) ? {type: 'sound', format: 'MP3'} : undefined;
};

const extensionOf = (name: string): string => {
	const dot = name.lastIndexOf('.');
	return dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
};

const ofName = (name: string, head: Uint8Array): Kind => {
	switch (extensionOf(name)) {
		case 'json':
		case 'geojson':
		case 'ipynb':
		case 'webmanifest':
		case 'har': {
			return {type: 'json'};
		}

		case 'jsonl':
		case 'ndjson': {
			return {type: 'json-lines'};
		}

		case 'csv': {
			return {type: 'table', separator: undefined};
		}

		case 'tsv':
		case 'tab': {
			return {type: 'table', separator: '\t'};
		}

		case 'md':
		case 'markdown': {
			return {type: 'markdown'};
		}

		default: {
			const language = languageOf(name, head);
			return language === undefined ? {type: 'text'} : {type: 'code', language};
		}
	}
};

/**
What a file holds: by its first bytes, and where those are text by its name.

@param name - its last name
@param head - its first bytes, `headLength` of them if it has so many
*/
export const kindOf = (name: string, head: Uint8Array): Kind =>
	ofContent(head) ?? (isText(head) ? ofName(name, head) : {type: 'binary'});
