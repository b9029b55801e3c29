import fs from 'node:fs';
import {open} from 'node:fs/promises';
import path from 'node:path';
import {Worker} from 'node:worker_threads';
import {expect, test, vi} from 'vitest';
import {createCrew} from '../../source/export/parallel/crew.js';
import {temporaryFolder} from '../helpers/folders.js';
import {threadScript} from './writers.js';

test('threads at work end by themselves when they are stopped', async () => {
	const folder = await temporaryFolder();
	const large = path.join(folder, 'large');
	fs.writeFileSync(large, '');
	fs.truncateSync(large, 60_000_000_000);
	await using archive = await open(path.join(folder, 'archive'), 'w');
	await using root = await open(folder);
	await using file = await open(large);
	const terminate = vi.spyOn(Worker.prototype, 'terminate');
	const crew = createCrew({
		archive: archive.fd, root: {descriptor: root.fd, place: folder}, level: 6, isHashed: true,
	}, {script: threadScript, count: 2});
	const first = await crew.compute({
		type: 'block', number: 1, descriptor: file.fd, position: 0, length: 1000, isDeflated: true,
	});
	expect(first).toMatchObject({type: 'block', number: 1});
	for (const number of [2, 3, 4, 5]) {
		void crew.compute({
			type: 'block', number, descriptor: file.fd, position: number * 1_048_576, length: 1_048_576, isDeflated: true,
		});
	}

	void crew.compute({
		type: 'hash', number: 6, descriptor: file.fd, length: 60_000_000_000,
	});
	await crew.stop();
	expect(terminate).not.toHaveBeenCalled();
	terminate.mockRestore();
});
