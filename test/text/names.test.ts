import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {
	describe,
	expect,
	it,
	test,
} from 'vitest';
import {decodeName, encodeName, isUtf8Name} from '../../source/text/names.js';

const starts = [0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x80, 0x9f, 0xa0, 0xbf].map(byte => Buffer.of(byte));

// Bytes in which the beginnings of UTF-8 sequences are common, and whole ones are not rare.
const nastyBytes = fc.array(fc.oneof(
	fc.uint8Array({maxLength: 4}).map(bytes => Buffer.from(bytes)),
	fc.constantFrom(...starts),
	fc.string({unit: 'binary', maxLength: 2}).map(text => Buffer.from(text)),
), {maxLength: 12}).map(parts => Buffer.concat(parts));

describe('names', () => {
	it('come back as the bytes that they were, whatever these are', () => {
		fc.assert(fc.property(nastyBytes, bytes => {
			expect(encodeName(decodeName(bytes)).equals(bytes)).toBe(true);
		}), {numRuns: 2000});
	});

	it('are plain strings where they are UTF-8', () => {
		fc.assert(fc.property(fc.string({unit: 'binary'}), text => {
			expect(decodeName(Buffer.from(text))).toBe(text);
			expect(isUtf8Name(text)).toBe(true);
		}));
	});

	it('differ where their bytes differ', () => {
		fc.assert(fc.property(nastyBytes, nastyBytes, (a, b) => (decodeName(a) === decodeName(b)) === a.equals(b)));
	});

	test.each([
		['Latin-1', [0x63, 0xe9, 0x2e], 'c\uDCE9.'],
		['a sequence cut short', [0xe6, 0x97], '\uDCE6\uDC97'],
		['an overlong slash', [0xc0, 0xaf], '\uDCC0\uDCAF'],
		['an encoded surrogate', [0xed, 0xa0, 0x80], '\uDCED\uDCA0\uDC80'],
		['a character above the last', [0xf4, 0x90, 0x80, 0x80], '\uDCF4\uDC90\uDC80\uDC80'],
		['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], '\uFEFFa'],
		['valid text after a stray byte', [0xff, 0xe6, 0x97, 0xa5], '\uDCFF日'],
		['nothing', [], ''],
	])('keep %s', (_, bytes, name) => {
		expect(decodeName(Uint8Array.from(bytes))).toBe(name);
		expect([...encodeName(name)]).toEqual(bytes);
		expect(isUtf8Name(name)).toBe(!/[\uDC80-\uDCFF]/.test(name));
	});
});
