import {Buffer} from 'node:buffer';
import {inflateSync} from 'node:zlib';
import {decodeName} from '../../text/names.js';
import type {Content, Detail} from '../shapes.js';
import type {Source} from '../source.js';
import {cleanText} from '../tag.js';
import {formatCount} from '../../text/size.js';

/** Bytes at the beginning and at the end that are looked through. */
const partLimit = 2 * 1024 * 1024;

/** Packed parts that are unpacked, and bytes of each. */
const packedLimit = 200;
const unpackedLimit = 1_048_576;

/** The text of a PDF string: `(…)` with escapes, or `<…>` in hexadecimal; UTF-16 where it says so. */
const decodeString = (raw: string): string => {
	const bytes = raw.startsWith('<')
		? Buffer.from(raw.slice(1, -1).replaceAll(/\s/g, ''), 'hex')
		: Buffer.from(raw.slice(1, -1).replaceAll(/\\(?:(?<octal>[0-7]{1,3})|(?<sign>[\s\S]))/g, (_, octal: string | undefined, sign: string) => octal === undefined ? ({n: '\n', r: '\r', t: '\t', '\n': ''}[sign] ?? sign) : String.fromCodePoint(Number.parseInt(octal, 8) & 255)), 'latin1');
	if (bytes[0] === 0xfe && bytes[1] === 0xff) {
		return new TextDecoder('utf-16be').decode(bytes.subarray(2));
	}

	return bytes[0] === 0xef && bytes[1] === 0xbb ? decodeName(bytes.subarray(3)) : bytes.toString('latin1');
};

const string = String.raw`(?<value>\((?:[^()\\]|\\[^]|\([^()\\]{0,200}\)){0,2000}\)|<[\da-fA-F\s]{0,4000}>)`;

const find = (text: string, name: string): string => {
	let found = '';
	// The last one counts: a file grows at its end.
	for (const match of text.matchAll(new RegExp(String.raw`/${name}\s*${string}`, 'g'))) {
		found = match.groups!['value']!;
	}

	return found === '' ? '' : cleanText(decodeString(found));
};

/** The objects that newer files pack together, as far as they are few and small. */
const unpackObjects = (text: string): string => {
	let unpacked = '';
	let count = 0;
	for (const match of text.matchAll(/\/Type\s*\/ObjStm[\s\S]{0,300}?stream\r?\n/g)) {
		const start = match.index + match[0].length;
		const end = text.indexOf('endstream', start);
		count++;
		if (end === -1 || count > packedLimit || unpacked.length > 4 * unpackedLimit) {
			break;
		}

		try {
			unpacked += `${inflateSync(Buffer.from(text.slice(start, end), 'latin1'), {maxOutputLength: unpackedLimit}).toString('latin1')}\n`;
		} catch {
			// Packed in another way, or damaged.
		}
	}

	return unpacked;
};

const date = (text: string): string => {
	const {year, month, day, time = ''} = /^D:(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<time>\d{4})?/.exec(text)?.groups ?? {};
	return year === undefined ? text : `${year}-${month}-${day}${time === '' ? '' : ` ${time.slice(0, 2)}:${time.slice(2)}`}`;
};

const countPages = (text: string): number => {
	let most = 0;
	// The root of the tree of pages has the largest count.
	for (const match of text.matchAll(/\/Type\s*\/Pages\b[^>]{0,1500}?\/Count\s+(?<count>\d{1,7})|\/Count\s+(?<first>\d{1,7})[^>]{0,1500}?\/Type\s*\/Pages\b/g)) {
		most = Math.max(most, Number(match.groups!['count'] ?? match.groups!['first']));
	}

	return most > 0 ? most : (text.match(/\/Type\s*\/Page\b/g) ?? []).length;
};

/** What a PDF says of itself: its pages, their size, and what is noted. https://opensource.adobe.com/dc-acrobat-sdk-docs/standards/pdfstandards/pdf/PDF32000_2008.pdf */
export const readPdf = async (source: Source): Promise<Content> => {
	const start = await source.read(0, partLimit);
	const rest = source.bytes > partLimit ? await source.read(Math.max(partLimit, source.bytes - partLimit), partLimit) : new Uint8Array();
	const plain = Buffer.concat([start, rest]).toString('latin1');
	const text = plain + unpackObjects(plain);
	const pages = countPages(text);
	const box = /\/MediaBox\s*\[\s*(?<left>-?[\d.]{1,9})\s+(?<bottom>-?[\d.]{1,9})\s+(?<right>-?[\d.]{1,9})\s+(?<top>-?[\d.]{1,9})\s*\]/.exec(text)?.groups;
	const millimetres = (from: string, to: string): number => Math.round(Math.abs(Number(to) - Number(from)) * 25.4 / 72);
	const isEncrypted = /\/Encrypt\b/.test(text);
	const details: Detail[] = [
		['version', /^%PDF-(?<version>\d\.\d)/.exec(plain)?.groups!['version'] ?? 'unknown'],
		...(pages > 0 ? [['pages', formatCount(pages)] as const] : []),
		...(box === undefined ? [] : [['size', `${millimetres(box['left']!, box['right']!)} × ${millimetres(box['bottom']!, box['top']!)} mm`] as const]),
		...(isEncrypted ? ['it is encrypted'] : []),
	];
	for (const [name, label] of isEncrypted ? [] : [['Title', 'title'], ['Author', 'author'], ['Subject', 'subject'], ['Keywords', 'keywords'], ['Creator', 'made with'], ['Producer', 'written by']] as const) {
		const value = find(text, name);
		if (value !== '') {
			details.push([label, value]);
		}
	}

	const created = isEncrypted ? '' : date(find(text, 'CreationDate'));
	return {kind: 'facts', title: 'PDF document', details: created === '' ? details : [...details, ['created', created]]};
};
