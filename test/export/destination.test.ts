import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {
	beforeEach,
	expect,
	test,
} from 'vitest';
import {resolveDestination} from '../../source/export/destination.js';
import {temporaryDirectory} from './sessions.js';

let cwd: string;

beforeEach(async () => {
	cwd = await temporaryDirectory();
	await mkdir(`${cwd}/folder`);
	await writeFile(`${cwd}/file`, '');
	await symlink('folder', `${cwd}/link`);
	await symlink('nowhere', `${cwd}/dangling`);
});

const resolve = async (to: string, expandsTilde = false): Promise<string> => {
	const {directory, name} = await resolveDestination(to, 'a.zip', {cwd, home: `${cwd}/folder`, expandsTilde});
	return `${directory.replace(cwd, 'CWD')} ${name}`;
};

test.each([
	['.', 'CWD a.zip'],
	['folder', 'CWD/folder a.zip'],
	['folder/', 'CWD/folder a.zip'],
	['link', 'CWD/link a.zip'],
	['file', 'CWD file'],
	['dangling', 'CWD dangling'],
	['new.zip', 'CWD new.zip'],
	['folder/new.zip', 'CWD/folder new.zip'],
	['~x', 'CWD ~x'],
	['~', 'CWD ~'],
	['/', '/ a.zip'],
])('%s', async (to, expected) => {
	expect(await resolve(to)).toBe(expected);
});

test('the home directory, where no shell has seen the text', async () => {
	expect(await resolve('~', true)).toBe('CWD/folder a.zip');
	expect(await resolve('~/new', true)).toBe('CWD/folder new');
	expect(await resolve('~x', true)).toBe('CWD ~x');
});

test('fields are filled in, and what they stand for is no home directory and no field', async () => {
	const fill = async (to: string, label: string): Promise<string> => {
		const {directory, name} = await resolveDestination(to, 'a.zip', {cwd, home: `${cwd}/folder`, expandsTilde: true, values: {label, id: 'ID', date: '2026-01-02'}});
		return `${directory.replace(cwd, 'CWD')} ${name}`;
	};

	expect(await fill('~/{date}-{name}', 'x')).toBe('CWD/folder 2026-01-02-a.zip');
	expect(await fill('{label}', '~')).toBe('CWD ~');
	expect(await fill('{label}', 'folder')).toBe('CWD/folder a.zip');
	expect(await fill('{label}', '{id}')).toBe('CWD {id}');
	await expect(fill('{other}', 'x')).rejects.toMatchObject({exitCode: 2});
	expect(await resolve('{name}')).toBe('CWD {name}');
});

test.each([
	['', 'the destination is empty'],
	['missing/', 'missing does not exist: make it first'],
	['missing/a.zip', 'missing does not exist: make it first'],
	['file/', 'file is not a directory'],
	['file/a.zip', 'file is not a directory'],
	['missing/.', 'missing does not exist'],
])('%j is refused', async (to, message) => {
	await expect(resolve(to)).rejects.toThrow(message);
});
