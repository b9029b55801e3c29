import fs from 'node:fs';
import {expect, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {listDirectory} from '../../source/files/list.js';
import {temporaryFolder} from '../helpers/folders.js';

const list = async (folder: string, signal?: AbortSignal): Promise<string[]> => {
	const directory = await Directory.open(folder);
	const names: string[] = [];
	try {
		for await (const chunk of listDirectory(directory, signal)) {
			names.push(...chunk.map(({name}) => name));
		}
	} finally {
		await directory.close();
	}

	return names;
};

// Around where the reading becomes quick, and where a group of entries ends.
test.each([0, 1, 63, 64, 65, 66, 2047, 2048, 2049, 4095, 4096, 4097])('lists %i entries, each once', async count => {
	const folder = await temporaryFolder();
	const names = Array.from({length: count}, (_, index) => `${index}`);
	for (const name of names) {
		fs.writeFileSync(`${folder}/${name}`, '');
	}

	expect((await list(folder)).sort()).toEqual(names.sort());
});

test('where a network may be in between, each entry is waited for', async context => {
	context.skip(!fs.existsSync('/proc/self/status'), 'there is no /proc');
	// Proc is none of the file systems that are known to be local.
	expect((await list('/proc/sys/net/ipv4')).sort()).toEqual(fs.readdirSync('/proc/sys/net/ipv4').sort());
	expect(fs.readdirSync('/proc/sys/net/ipv4').length).toBeGreaterThan(64);
});

test('ends when it is told to, and leaves no descriptor open', async () => {
	const folder = await temporaryFolder();
	for (let index = 0; index < 5000; index++) {
		fs.writeFileSync(`${folder}/${index}`, '');
	}

	const before = fs.readdirSync('/proc/self/fd').length;
	const directory = await Directory.open(folder);
	const controller = new AbortController();
	await expect((async () => {
		for await (const chunk of listDirectory(directory, controller.signal)) {
			expect(chunk.length).toBeGreaterThan(0);
			controller.abort();
		}
	})()).rejects.toThrow();
	await directory.close();
	expect(fs.readdirSync('/proc/self/fd')).toHaveLength(before);
});
