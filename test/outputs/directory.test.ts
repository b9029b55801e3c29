import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, it, test} from 'vitest';
import {openOutputsDirectory, type OutputsDirectory} from '../../source/outputs/local/directory.js';
import {decodeName} from '../../source/text/names.js';
import {asUser, isRoot, modeOf, namesIn, plant, stranger, temporaryFolder} from '../helpers/folders.js';
import {self} from './stores.js';

const open = async (directory: string, {home = '/nonexistent', isNamed = true, mayCreate = false, uid = self} = {}): Promise<OutputsDirectory | undefined> => {
	const opened = await openOutputsDirectory(directory, {uid, home}, {isNamed, mayCreate});
	await opened?.root.close();
	return opened;
};

const refusal = (text: string): object => ({exitCode: 2, message: expect.stringContaining(text) as string});

describe('an outputs directory', () => {
	it('is refused where it is the root, a home, or a file', async () => {
		const base = await temporaryFolder();
		plant(base, {'home/': '', 'file.txt': ''});
		fs.symlinkSync('home', `${base}/link-home`);
		await expect(open('/')).rejects.toMatchObject(refusal('it is the root of the file system'));
		await expect(open(`${base}/..//../../..`)).rejects.toMatchObject(refusal('it is the root of the file system'));
		await expect(open(`${base}/home`, {home: `${base}/home`})).rejects.toMatchObject(refusal('it is a home directory'));
		await expect(open(`${base}/home`, {home: `${base}/link-home`})).rejects.toMatchObject(refusal('it is a home directory'));
		await expect(open(`${base}/link-home`, {home: `${base}/home`})).rejects.toMatchObject(refusal('it is a home directory'));
		await expect(open('/root')).rejects.toMatchObject(isRoot ? refusal('it is a home directory') : {exitCode: 2});
		await expect(open(`${base}/file.txt`)).rejects.toMatchObject(refusal('it is a file'));
		await expect(open(`${base}/file.txt/below`)).rejects.toMatchObject(refusal('lies below a file'));
	});

	it('that is named and missing is made only when it is needed, and only if its parent exists', async () => {
		const base = await temporaryFolder();
		const wanted = `${base}/outputs`;
		expect(await open(wanted)).toBeUndefined();
		expect(namesIn(base)).toEqual([]);
		await expect(open(`${base}/no/outputs`)).rejects.toMatchObject(refusal(`${base}/no/outputs does not exist, and neither does its parent ${base}/no`));
		await expect(open(`${base}/no/outputs`, {mayCreate: true})).rejects.toMatchObject({exitCode: 2});
		expect(namesIn(base)).toEqual([]);
		expect(await open(wanted, {mayCreate: true})).toMatchObject({directory: wanted});
		expect(modeOf(wanted)).toBe('0700');
		// What is there keeps its mode.
		fs.chmodSync(wanted, 0o755);
		expect(await open(wanted, {mayCreate: true})).toMatchObject({directory: wanted});
		expect(modeOf(wanted)).toBe('0755');
	});

	it('that nobody has named is made with all that is missing on the way', async () => {
		const base = await temporaryFolder();
		expect(await open(`${base}/a/b/outputs`, {isNamed: false})).toBeUndefined();
		expect(namesIn(base)).toEqual([]);
		expect(await open(`${base}/a/b/outputs`, {isNamed: false, mayCreate: true})).toMatchObject({directory: `${base}/a/b/outputs`});
		expect([modeOf(`${base}/a`), modeOf(`${base}/a/b`), modeOf(`${base}/a/b/outputs`)]).toEqual(['0700', '0700', '0700']);
	});

	it('is found through links that only root and the user can change', async () => {
		const base = await temporaryFolder();
		plant(base, {'real/outputs/': ''});
		fs.symlinkSync('real', `${base}/one`);
		fs.symlinkSync(`${base}/one/outputs`, `${base}/two`);
		expect(await open(`${base}/two`)).toMatchObject({directory: `${base}/real/outputs`});
		expect(await open(`${base}/one/../two`)).toMatchObject({directory: `${base}/real/outputs`});
		fs.symlinkSync('loop', `${base}/loop`);
		await expect(open(`${base}/loop`)).rejects.toMatchObject({exitCode: 2});
		const raw = decodeName(Buffer.from([0x72, 0xff]));
		fs.mkdirSync(Buffer.from(`${base}/r\xFF`, 'latin1'));
		fs.symlinkSync(Buffer.from([0x72, 0xff]), `${base}/raw`);
		expect(await open(`${base}/raw`)).toMatchObject({directory: `${base}/${raw}`});
		// A link to nowhere makes nothing elsewhere.
		fs.symlinkSync('nowhere', `${base}/dangling`);
		await expect(open(`${base}/dangling`, {mayCreate: true})).rejects.toMatchObject(refusal('is a link that leads nowhere'));
		expect(fs.existsSync(`${base}/nowhere`)).toBe(false);
	});

	it('is refused through a folder that others can write to, but not in /tmp, which is sticky', async () => {
		const base = await temporaryFolder();
		plant(base, {'open/': '', 'real/outputs/': ''});
		fs.symlinkSync('../real', `${base}/open/link`);
		fs.chmodSync(`${base}/open`, 0o777);
		await expect(open(`${base}/open/link/outputs`)).rejects.toMatchObject(refusal(`other users can change ${base}/open on the way`));
		fs.chmodSync(`${base}/open`, 0o770);
		await expect(open(`${base}/open/link/outputs`)).rejects.toMatchObject({exitCode: 2});
		fs.chmodSync(`${base}/open`, 0o1777);
		expect(await open(`${base}/open/link/outputs`)).toMatchObject({directory: `${base}/real/outputs`});
	});

	it.skipIf(!isRoot)('is refused through a link, or a folder, of another user', async () => {
		const base = await temporaryFolder();
		plant(base, {'real/outputs/': '', 'theirs/': ''});
		fs.symlinkSync('real', `${base}/link`);
		fs.lchownSync(`${base}/link`, stranger, stranger);
		await expect(open(`${base}/link/outputs`)).rejects.toMatchObject(refusal(`${base}/link is a link that belongs to another user (uid ${stranger})`));
		fs.chmodSync(`${base}/real`, 0o755);
		fs.chmodSync(`${base}/real/outputs`, 0o755);
		expect(await asUser(stranger, async () => open(`${base}/link/outputs`, {uid: stranger}))).toMatchObject({directory: `${base}/real/outputs`});
		fs.symlinkSync('../real', `${base}/theirs/link`);
		fs.chownSync(`${base}/theirs`, stranger, stranger);
		await expect(open(`${base}/theirs/link/outputs`)).rejects.toMatchObject(refusal(`other users can change ${base}/theirs`));
	});

	it.skipIf(!isRoot)('that cannot be opened is refused with the reason', async () => {
		const base = await temporaryFolder();
		plant(base, {'shut/outputs/': ''});
		await asUser(stranger, async () => {
			await expect(open(`${base}/shut`, {uid: stranger})).rejects.toMatchObject(refusal('permission denied'));
			await expect(open(`${base}/shut/outputs`, {uid: stranger})).rejects.toMatchObject(refusal('permission denied'));
			await expect(open(`${base}/new`, {uid: stranger, mayCreate: true})).rejects.toMatchObject(refusal(`cannot make the outputs directory ${base}/new`));
		});
	});

	test.each([[0o777, false], [0o770, true], [0o775, true], [0o1777, undefined], [0o755, undefined]])('with mode %o is dangerous for the group alone: %s', async (mode, isGroupOnly) => {
		const base = await temporaryFolder();
		const directory = path.join(base, 'it\'s mine');
		fs.mkdirSync(directory);
		fs.chmodSync(directory, mode);
		const opened = await open(directory);
		expect(opened!.danger?.isGroupOnly).toBe(isGroupOnly);
		if (isGroupOnly !== undefined) {
			expect(opened!.danger!.advice).toContain(String.raw`'${base}/it'\''s mine'`);
		}
	});
});
