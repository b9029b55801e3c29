import fs from 'node:fs';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {moveBack, moveEntry} from '../../source/files/move.js';
import {reasonOf} from '../../source/text/errors.js';
import {asUser, execute, isRoot, modeOf, namesIn, plant, stranger, temporaryFolder} from '../helpers/folders.js';

type Places = {
	readonly folder: string;
	readonly from: Directory;
	readonly to: Directory;
};

const open = async (files: Readonly<Record<string, string>>): Promise<Places> => {
	const folder = await temporaryFolder();
	plant(folder, {'from/': '', 'to/': '', ...files});
	if (isRoot) {
		await execute('chown', ['-R', `${stranger}:${stranger}`, folder]);
	}

	const [from, to] = [await Directory.open(`${folder}/from`), await Directory.open(`${folder}/to`)];
	onTestFinished(async () => {
		await from.close();
		await to.close();
	});
	return {folder, from, to};
};

/** As an ordinary user, to whom permissions mean something. */
const asOwner = async <T>(action: () => Promise<T>): Promise<T> => isRoot ? asUser(stranger, action) : action();

const mode = (place: string, value: number): void => {
	fs.chmodSync(place, value);
};

describe('moving', () => {
	it.each([0o555, 0o500, 0o000, 0o400])('takes a folder that its owner may not write to (%o), and leaves its mode as it was', async value => {
		const {folder, from, to} = await open({'from/a/file': 'x'});
		mode(`${folder}/from/a`, value);
		await asOwner(async () => moveEntry(from, 'a', to, 'b', {isForGood: false}));
		expect(namesIn(`${folder}/from`)).toEqual([]);
		expect(modeOf(`${folder}/to/b`)).toBe(value.toString(8).padStart(4, '0'));
	});

	it('leaves the mode alone where the folder cannot go', async () => {
		const {folder, from, to} = await open({'from/a/file': 'x'});
		mode(`${folder}/from/a`, 0o500);
		mode(`${folder}/to`, 0o500);
		const failure: unknown = await asOwner(async () => moveEntry(from, 'a', to, 'b', {isForGood: true}).catch((error: unknown) => error));
		expect(reasonOf(failure)).toBe('permission denied');
		expect(modeOf(`${folder}/from/a`)).toBe('0500');
		expect(namesIn(`${folder}/to`)).toEqual([]);
	});

	it.each(['file', 'link', 'folder'])('says why a %s cannot go from where nothing may be changed', async name => {
		const {folder, from, to} = await open({'from/file': 'x', 'from/folder/': ''});
		fs.symlinkSync('file', `${folder}/from/link`);
		mode(`${folder}/from`, 0o500);
		const failure: unknown = await asOwner(async () => moveEntry(from, name, to, 'b', {isForGood: true}).catch((error: unknown) => error));
		expect(reasonOf(failure)).toBe('permission denied');
		expect(namesIn(`${folder}/from`)).toEqual(['file', 'folder', 'link']);
	});

	it('takes a link itself, and nothing that it leads to', async () => {
		const {folder, from, to} = await open({'away/file': 'x'});
		fs.symlinkSync('../away', `${folder}/from/link`);
		await moveEntry(from, 'link', to, 'link', {isForGood: true});
		expect(fs.readlinkSync(`${folder}/to/link`)).toBe('../away');
		expect(namesIn(`${folder}/away`)).toEqual(['file']);
	});

	it.skipIf(!isRoot)('leaves a mount point where it is', async context => {
		const {folder, from, to} = await open({'from/a/': ''});
		try {
			await execute('mount', ['-t', 'tmpfs', 'tmpfs', `${folder}/from/a`]);
		} catch {
			context.skip('nothing can be mounted here');
		}

		try {
			await expect(moveEntry(from, 'a', to, 'b', {isForGood: true})).rejects.toMatchObject({code: 'EBUSY'});
		} finally {
			await execute('umount', [`${folder}/from/a`]);
		}
	});
});

describe('moving back', () => {
	it('takes the place of an empty folder, and of nothing else', async () => {
		const {folder, from, to} = await open({
			'from/a/x': 'a', 'to/empty/': '', 'to/full/precious': 'p', 'to/file': 'f',
		});
		fs.symlinkSync('empty', `${folder}/to/link`);
		for (const name of ['full', 'file', 'link']) {
			await expect(moveBack(from, 'a', to, name)).rejects.toMatchObject({code: expect.stringMatching(/^(?:EEXIST|ENOTEMPTY|ENOTDIR)$/) as string});
		}

		expect([fs.readFileSync(`${folder}/to/full/precious`, 'utf8'), fs.readFileSync(`${folder}/to/file`, 'utf8'), fs.readlinkSync(`${folder}/to/link`)]).toEqual(['p', 'f', 'empty']);
		await moveBack(from, 'a', to, 'empty');
		expect(namesIn(`${folder}/to/empty`)).toEqual(['x']);
		expect(namesIn(`${folder}/from`)).toEqual([]);
	});

	test.each(['file', 'empty', 'link', 'dangling'])('a file replaces nothing: %s', async name => {
		const {folder, from, to} = await open({'from/a': 'a', 'to/file': 'f', 'to/empty/': ''});
		fs.symlinkSync('file', `${folder}/to/link`);
		fs.symlinkSync('nowhere', `${folder}/to/dangling`);
		await expect(moveBack(from, 'a', to, name)).rejects.toMatchObject({code: 'EEXIST'});
		expect(fs.readFileSync(`${folder}/from/a`, 'utf8')).toBe('a');
		expect(fs.readFileSync(`${folder}/to/file`, 'utf8')).toBe('f');
		await moveBack(from, 'a', to, 'free');
		expect(namesIn(`${folder}/from`)).toEqual([]);
		expect(fs.readFileSync(`${folder}/to/free`, 'utf8')).toBe('a');
	});

	it('takes a link itself', async () => {
		const {folder, from, to} = await open({'away/precious': 'p'});
		fs.symlinkSync('../away', `${folder}/from/a`);
		await moveBack(from, 'a', to, 'a');
		expect([fs.readlinkSync(`${folder}/to/a`), namesIn(`${folder}/from`), namesIn(`${folder}/away`)]).toEqual(['../away', [], ['precious']]);
	});
});
