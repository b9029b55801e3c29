import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {expect, describe, it} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {timeToSet} from '../../source/legacy/attributes.js';
import {backupName} from '../../source/legacy/backup-place.js';
import {readManifest, writeLines} from '../../source/legacy/lines-file.js';
import {parseManifest} from '../../source/legacy/parse-manifest.js';
import {sumLine} from '../../source/files/sums.js';
import {manifestLines, type ManifestEntry} from '../../source/legacy/manifest.js';
import {decodeName, encodeName} from '../../source/text/names.js';
import {execute, namesIn, temporaryFolder} from '../helpers/folders.js';

const hash = 'a'.repeat(64);
const common = {mode: 0o644, mtimeNs: 1_700_000_000_123_456_789n, uid: 0, gid: 5};
const bad = decodeName(Buffer.from([0x73, 0xff, 0x0a, 0x5c, 0x0d]));
const entries: ManifestEntry[] = [
	{...common, path: 'single', type: 'directory', bytes: 0},
	{...common, path: 'single/a', type: 'file', bytes: 3, sha256: hash},
	{...common, path: `single/${bad}`, type: 'symlink', bytes: 0, target: `../${bad}`, mtimeNs: -1n},
	{...common, path: 'bulk/fifo', type: 'other', bytes: 0},
];
const header = {kind: 'backup' as const, source: `/srv/${bad}`, createdAt: Date.UTC(2026, 0, 31)};

async function * inBlocks(text: string, size = 7): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text);
	for (let start = 0; start < bytes.length; start += size) {
		yield bytes.subarray(start, start + size);
	}
}

const textOf = (more: readonly ManifestEntry[] = entries): string => [...manifestLines(header, more, 'sojourn test')].join('');

/** A manifest whose last line is right for whatever the others are. */
const sealed = (lines: readonly string[], count: number, files: number, bytes: number): string => {
	const before = lines.map(line => `${line}\n`).join('');
	return `${before}${JSON.stringify({entries: count, files, bytes, sha256: createHash('sha256').update(before).digest('hex')})}\n`;
};

const first = JSON.stringify({version: 1, kind: 'backup', source: '/srv', createdAt: '2026-01-31T00:00:00.000Z', tool: 'x'});
const line = (fields: Readonly<Record<string, unknown>>): string => JSON.stringify({path: 'single/a', type: 'file', mode: 420, mtimeNs: '1', uid: 0, gid: 0, bytes: 3, sha256: hash, ...fields});

describe('a manifest', () => {
	it('is read as it was written, names that are no UTF-8 too', async () => {
		expect(await parseManifest(inBlocks(textOf()))).toEqual({header, entries, files: 1, bytes: 3});
		const to = entries.map(entry => ({...entry, to: 'bulk/x'}));
		expect((await parseManifest(inBlocks([...manifestLines({...header, kind: 'import'}, to, 'x')].join('')))).entries).toEqual(to);
		expect(await parseManifest(inBlocks(sealed([first, line({})], 1, 1, 3)))).toMatchObject({files: 1});
	});

	it('that is cut anywhere is none', async () => {
		const text = textOf();
		for (let end = 0; end < text.length; end++) {
			await expect(parseManifest(inBlocks(text.slice(0, end), 4096))).rejects.toThrow('the manifest is not valid');
		}
	});

	it.each([
		['a changed byte', textOf().replace('"bytes":3', '"bytes":4')],
		['more after its end', `${textOf()}{}\n`],
		['another version', sealed([first.replace('"version":1', '"version":2')], 0, 0, 0)],
		['no header', sealed([line({})], 1, 1, 3)],
		['no JSON', sealed([first, 'nonsense'], 1, 0, 0)],
		['a list for an entry', sealed([first, '[]'], 1, 0, 0)],
		['a path twice', sealed([first, line({}), line({})], 2, 2, 6)],
		...['../etc/passwd', '/etc/passwd', 'single/../../x', 'single//x', 'single/.', 'other/x', '', 'single/a\0b', 7].map(path => [`the path ${JSON.stringify(path)}`, sealed([first, line({path})], 1, 1, 3)]),
		['a path that climbs in base64', sealed([first, line({path: undefined, pathBase64: Buffer.from('single/../x').toString('base64')})], 1, 1, 3)],
		...[{mode: 0o1_0000}, {mode: -1}, {bytes: 1.5}, {bytes: -3}, {uid: '0'}, {mtimeNs: 5}, {mtimeNs: '1e9'}, {sha256: 'A'.repeat(64)}, {sha256: undefined}, {type: 'pipe'}, {type: 'symlink', sha256: undefined}, {type: 'directory'}, {target: 'x'}, {to: 'single/x'}].map(fields => [`the fields ${JSON.stringify(fields)}`, sealed([first, line(fields)], 1, 1, 3)]),
		['a line without end', `${first}\n${' '.repeat(1_100_000)}`],
	])('with %s is refused', async (_, text) => {
		await expect(parseManifest(inBlocks(text, 65_536))).rejects.toThrow('the manifest is not valid');
	});

	it('is written in one step, and clears what a killed process has left of it', async () => {
		const folder = await temporaryFolder();
		fs.writeFileSync(`${folder}/m.jsonl.0123456789ab.tmp`, 'torn');
		fs.writeFileSync(`${folder}/m.jsonl`, 'old');
		const directory = await Directory.open(folder);
		await writeLines(directory, 'm.jsonl', manifestLines(header, entries, 'x'));
		expect(namesIn(folder)).toEqual(['m.jsonl']);
		expect((await readManifest(directory, 'm.jsonl')).entries).toEqual(entries);
		await directory.close();
	});
});

describe('SHA256SUMS', () => {
	it('is what sha256sum takes, whatever the names', async () => {
		const folder = await temporaryFolder();
		const names = ['plain', 'new\nline', String.raw`back\slash`, String.raw`\n`, ' leading', '*star', 'cr\rend\r', decodeName(Buffer.from([0xff, 0x0a, 0xfe]))];
		const sums: Buffer[] = [];
		for (const name of names) {
			fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), encodeName(name)]), name);
			sums.push(sumLine(createHash('sha256').update(name).digest('hex'), name));
		}

		fs.writeFileSync(`${folder}/SHA256SUMS`, Buffer.concat(sums));
		const {stdout} = await execute('sha256sum', ['--strict', '-c', 'SHA256SUMS'], {cwd: folder});
		expect(stdout.match(/: OK$/gm)).toHaveLength(names.length);
	});
});

describe('a time', () => {
	it('is set to the same microsecond', async () => {
		const file = `${await temporaryFolder()}/f`;
		fs.writeFileSync(file, '');
		for (const time of [0n, 1n, 1_700_000_000_123_456_000n, 1_700_000_000_999_999_999n, 1_400_000_000_001_234_567n, 4_102_444_800_000_001_000n, 1_795_555_509_375_000_001n]) {
			fs.utimesSync(file, timeToSet(time), timeToSet(time));
			expect(fs.statSync(file, {bigint: true}).mtimeNs / 1000n).toBe(time / 1000n);
		}

		fs.utimesSync(file, timeToSet(-5_250_000_000n), timeToSet(-5_250_000_000n));
		expect(fs.statSync(file, {bigint: true}).mtimeNs).toBe(-5_250_000_000n);
	});
});

describe('the name of a backup', () => {
	it('has the local date', () => {
		expect(backupName(new Date(2026, 0, 5, 23, 59).getTime())).toBe('outputs_backup_20260105');
	});
});
