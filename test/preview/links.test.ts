import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {readPreview} from '../../source/preview/preview.js';
import {plant, temporaryFolder} from '../helpers/folders.js';
import {rowTexts} from '../helpers/preview.js';

test('a link tells where it points, and what is there if that lies in the session', async () => {
	const folder = await temporaryFolder();
	plant(folder, {'s/single/a.txt': 'text', 's/bulk/b/': '', 't/secret': 'x', 's/single/deep/': ''});
	const outputs = localOutputs(await Directory.open(folder), folder);
	const rowsOf = async (target: string): Promise<string[]> => {
		const link = path.join(folder, 's/single/link');
		fs.rmSync(link, {force: true});
		fs.symlinkSync(target, link);
		return rowTexts(await readPreview(outputs, 's/single/link'), 300);
	};

	fs.symlinkSync('../bulk', path.join(folder, 's/single/way'));
	for (const [target, there] of [
		['a.txt', 'a file of 4 B'],
		['../bulk/b', 'a folder'],
		[`${folder}/s/single/a.txt`, 'a file of 4 B'],
		['way', 'another link, which is not followed'],
		['way/b', 'unknown: another link stands on the way, which is not followed'],
		['missing', 'nothing: the link is broken'],
		['link', 'another link, which is not followed'],
		['/etc/passwd', 'not looked at: it lies outside of the session'],
		['../../t/secret', 'not looked at: it lies outside of the session'],
		[`${folder}/t/secret`, 'not looked at: it lies outside of the session'],
		['../../../../../../../../etc/passwd', 'not looked at: it lies outside of the session'],
		['.', 'a folder'],
	] as const) {
		expect(await rowsOf(target)).toEqual(['symbolic link', '', `points to  ${target}`, `there is   ${there}`, '', 'links are not followed, and not exported']);
	}

	expect((await rowsOf('a\u{1B}[31m'))[2]).toBe(String.raw`points to  a\x1b[31m`);
});
