import fs from 'node:fs';
import {expect, it} from 'vitest';
import {isRoot, namesIn, stranger} from '../helpers/folders.js';
import {openPlace, openProgram, type Home} from '../helpers/program.js';

const program = openProgram();

/** Runs a command that may keep compiled code. @returns whether it did so in the user's cache, and whether in the folder that everybody shares */
const keeps = async ({home, run}: Home, env: Readonly<Record<string, string | undefined>> = {}): Promise<{own: boolean; shared: boolean}> => {
	const temporary = `${home}/tmp`;
	fs.mkdirSync(temporary, {recursive: true});
	expect(await run(['sessions', '--json'], {env: {NODE_DISABLE_COMPILE_CACHE: undefined, TMPDIR: temporary, ...env}})).toMatchObject({code: 0, stdout: '[]\n', stderr: ''});
	return {
		own: ['cache', '.cache'].some(name => fs.existsSync(`${home}/${name}/sojourn`) && namesIn(`${home}/${name}/sojourn`).length > 0),
		shared: namesIn(temporary).length > 0,
	};
};

it('compiled code is kept where nobody else can put any', async () => {
	const home = await openPlace(program);
	fs.mkdirSync(`${home.home}/cache`, {mode: 0o700});
	expect(await keeps(home)).toEqual({own: true, shared: false});
	const other = await openPlace(program);
	expect(await keeps(other, {XDG_CACHE_HOME: undefined})).toEqual({own: true, shared: false});
	expect(namesIn(other.home)).toContain('.cache');
});

it('no compiled code is kept, nor believed, where others can write or the home is another\'s', async () => {
	const open = await openPlace(program);
	fs.mkdirSync(`${open.home}/cache`);
	fs.chmodSync(`${open.home}/cache`, 0o777);
	expect(await keeps(open)).toEqual({own: false, shared: false});
	if (isRoot) {
		const foreign = await openPlace(program);
		fs.chownSync(foreign.home, stranger, stranger);
		expect(await keeps(foreign, {XDG_CACHE_HOME: undefined})).toEqual({own: false, shared: false});
		expect(namesIn(foreign.home)).not.toContain('.cache');
	}
});
