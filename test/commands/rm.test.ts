import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {execute, isRoot, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Home} from '../helpers/program.js';

const program = openProgram();

const control = `.sojourn-${process.getuid!()}`;

type Place = Omit<Home, 'session'> & {readonly id: string; readonly session: string; readonly startAnother: Home['session']};

/** A session with some outputs, which is current. */
const openPlace = async (files: Readonly<Record<string, string>> = {}, uid?: number): Promise<Place> => {
	const base = await temporaryFolder();
	const home = openHome(program, base, uid === undefined ? {} : {uid});
	fs.mkdirSync(home.outputs, {mode: 0o700});
	if (uid !== undefined) {
		fs.chownSync(home.outputs, uid, uid);
	}

	const id = await home.session(['--label', 'mine']);
	plant(`${home.outputs}/${id}`, files);
	if (uid !== undefined) {
		await execute('chown', ['-R', `${uid}:${uid}`, home.outputs]);
	}

	return {...home, id, session: `${home.outputs}/${id}`, startAnother: home.session};
};

/** What a session holds. */
const outputsIn = ({session}: Place): string[] => fs.readdirSync(session, {recursive: true}).map(String).filter(name => name !== '.session.json').sort();

const files = {'single/a.txt': '1', 'single/b.txt': '22', 'bulk/batch/c.txt': '333', 'bulk/batch/d/e.txt': '4444'};

describe('rm', () => {
	it('removes files and folders, each once; the JSON is as it should be, and the trash is empty', async () => {
		const place = await openPlace(files);
		expect(await place.json(['rm', 'single/b.txt', './single/b.txt', 'bulk/batch/d/', 'bulk/batch/d/e.txt', '--yes'])).toEqual({
			removed: [{path: 'bulk/batch/d', files: 1, bytes: 4}, {path: 'single/b.txt', files: 1, bytes: 2}], failed: [],
		});
		expect(outputsIn(place)).toEqual(['bulk', 'bulk/batch', 'bulk/batch/c.txt', 'single', 'single/a.txt']);
		expect(await place.run(['rm', 'bulk/batch', '--yes'])).toMatchObject({code: 0, stdout: 'bulk/batch\n', stderr: ''});
		expect(outputsIn(place)).toEqual(['bulk', 'single', 'single/a.txt']);
		expect(namesIn(`${place.outputs}/${control}/trash`)).toEqual([]);
	});

	it('takes single and bulk for what is in them; both stay', async () => {
		const place = await openPlace(files);
		expect(await place.json(['rm', 'single/', 'bulk', 'single/a.txt', 'bulk/batch/d', '--yes'])).toEqual({
			removed: [{path: 'bulk/batch', files: 2, bytes: 7}, {path: 'single/a.txt', files: 1, bytes: 1}, {path: 'single/b.txt', files: 1, bytes: 2}], failed: [],
		});
		expect(outputsIn(place)).toEqual(['bulk', 'single']);
		// Nothing is left to ask about.
		expect(await place.run(['rm', 'single', 'bulk'])).toMatchObject({code: 0, stdout: ''});
		expect(await place.json(['rm', 'single'])).toEqual({removed: [], failed: []});
		expect(await place.json(['sessions'])).toMatchObject([{id: place.id, state: 'active'}]);
	});

	it('removes nothing where there is nobody to ask', async () => {
		const place = await openPlace(files);
		const before = snapshot(place.outputs);
		expect(await place.run(['rm', 'single/a.txt'], {input: 'y\n'})).toMatchObject({code: 2, stdout: '', stderr: 'sojourn: this asks first, and there is no terminal to ask on: give --yes if you are sure\n'});
		expect(await place.run(['rm', 'single', '--json'])).toMatchObject({code: 2, stdout: ''});
		expect(snapshot(place.outputs)).toEqual(before);
	});

	it.each([
		[[], 2, 'rm needs at least one path'],
		[['.'], 2, '"sojourn end" removes a whole session'],
		[['./'], 2, '"sojourn end" removes a whole session'],
		[['nowhere'], 1, 'there is no output nowhere'],
		[['.session.json'], 1, 'there is no output .session.json'],
		[['single/none'], 1, 'there is no output single/none'],
		[['single/..'], 2, ''],
		[['single/../../precious'], 2, ''],
		[['single/\u001B[31m'], 1, 'there is no output'],
		[['/etc/passwd'], 1, 'there is no output /etc/passwd'],
	])('of %j removes nothing, not even what is named rightly beside it', async (words, expected, reason) => {
		const place = await openPlace(files);
		const before = snapshot(place.outputs);
		const {code, stdout, stderr} = await place.run(['rm', ...(words.length > 0 ? ['single/a.txt'] : []), '--yes', '--', ...words]);
		expect({code, stdout}).toEqual({code: expected, stdout: ''});
		expect(stderr).toMatch(/^sojourn: /);
		expect(stderr).toContain(reason);
		expect(stderr).not.toContain('\u001B');
		expect(snapshot(place.outputs)).toEqual(before);
	});

	it('removes a link itself, and goes through none', async () => {
		const place = await openPlace({...files, 'single/sub/x': ''});
		plant(place.work, {'precious.txt': 'p'});
		fs.symlinkSync(place.work, `${place.session}/single/link`);
		fs.symlinkSync('nowhere', `${place.session}/single/dangling`);
		fs.symlinkSync(place.work, `${place.session}/single/sub/link`);
		expect(await place.run(['rm', 'single/link/precious.txt', '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('there is no output single/link/precious.txt') as string});
		expect(await place.json(['rm', 'single/link', 'single/dangling', 'single/sub', '--yes'])).toMatchObject({removed: [{path: 'single/dangling'}, {path: 'single/link'}, {path: 'single/sub'}], failed: []});
		expect(namesIn(place.work)).toEqual(['precious.txt']);
		expect(namesIn(`${place.session}/single`)).toEqual(['a.txt', 'b.txt']);
	});

	it('takes names as ls prints them and as they are, those that are no UTF-8 too, and prints none that does something', async () => {
		const place = await openPlace();
		const odd = Buffer.concat([Buffer.from(`${place.session}/single/r`), Buffer.of(0xff)]);
		fs.writeFileSync(odd, '12345');
		plant(place.session, {'single/a\nb\u001B[31m': 'x', [String.raw`single/back\slash`]: 'y'});
		const listed = (await place.run(['ls'])).stdout.trimEnd().split('\n');
		const {code, stdout, stderr} = await place.run(['rm', ...listed.filter(name => name.startsWith('single/')), '--yes', '--json']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect((JSON.parse(stdout) as {removed: unknown[]}).removed).toEqual(expect.arrayContaining([
			{path: String.raw`single/r\xff`, pathBase64: Buffer.from('single/r\xFF', 'latin1').toString('base64'), files: 1, bytes: 5},
			{path: 'single/a\nb\u001B[31m', files: 1, bytes: 1},
			{path: String.raw`single/back\slash`, files: 1, bytes: 1},
		]));
		expect(namesIn(`${place.session}/single`)).toEqual([]);
		plant(place.session, {'single/a\nb\u001B[31m': 'x'});
		expect(await place.run(['rm', 'single', '--yes'])).toMatchObject({code: 0, stdout: `${String.raw`single/a\x0ab\x1b[31m`}\n`, stderr: ''});
	});

	it('works on another session that is named, and on a broken one not at all', async () => {
		const place = await openPlace(files);
		await place.startAnother();
		expect(await place.run(['rm', 'single/a.txt', '--yes'])).toMatchObject({code: 1});
		expect(await place.json(['rm', 'single/a.txt', '--yes', '--session', 'mine'])).toMatchObject({removed: [{path: 'single/a.txt'}]});
		plant(place.session, {'stray.txt': ''});
		const before = snapshot(place.session);
		expect(await place.run(['rm', 'single/b.txt', '--yes', '--session', place.id])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('is broken and left as it is') as string});
		expect(snapshot(place.session)).toEqual(before);
	});

	it('is noted in the log, and finished by the next sweep if it was interrupted', async () => {
		const place = await openPlace(files);
		await place.json(['rm', 'single/a.txt', '--yes']);
		expect(await place.json(['log'])).toEqual([{time: expect.any(String) as string, event: 'output removed', id: place.id, path: 'single/a.txt', files: 1, bytes: 1}]);
		fs.renameSync(`${place.session}/single/b.txt`, `${place.outputs}/${control}/trash/purge.${'a'.repeat(24)}`);
		await place.json(['sweep']);
		expect(namesIn(`${place.outputs}/${control}/trash`)).toEqual([]);
	});

	it('is refused where others can exchange entries', async () => {
		const place = await openPlace(files);
		fs.chmodSync(place.outputs, 0o777);
		expect(await place.run(['rm', 'single/a.txt', '--yes'])).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(`chmod go-w ${place.outputs}`) as string});
		expect(outputsIn(place)).toContain('single/a.txt');
	});

	it('says what became of each where one cannot be removed whole', async context => {
		const place = await openPlace({...files, 'single/sub/stuck.txt': ''});
		try {
			await execute('chattr', ['+i', `${place.session}/single/sub/stuck.txt`]);
		} catch {
			context.skip('this system makes no file immutable');
		}

		try {
			const {code, stdout, stderr} = await place.run(['rm', 'single', '--yes', '--json']);
			expect(code).toBe(1);
			const {removed, failed} = JSON.parse(stdout) as {removed: Array<{path: string}>; failed: Array<{path: string}>};
			expect(failed).toEqual([{path: 'single/sub', error: expect.stringContaining('1 entry could not be removed, the first stuck.txt') as string}]);
			// It is gone from the session all the same, as a swept session would be.
			expect(removed.map(({path}) => path)).toEqual(['single/a.txt', 'single/b.txt', 'single/sub']);
			expect(stderr).toContain('sojourn: single/sub: 1 entry could not be removed');
		} finally {
			await execute('chattr', ['-R', '-i', place.outputs]);
		}
	});
});

test.skipIf(!isRoot)('what is mounted in a folder keeps it, and nothing in it is touched; the rest goes', async context => {
	const place = await openPlace(files);
	const mounted = `${place.session}/bulk/batch/d`;
	try {
		await execute('mount', ['-t', 'tmpfs', 'tmpfs', mounted]);
	} catch {
		context.skip('nothing can be mounted here');
	}

	try {
		fs.writeFileSync(`${mounted}/precious`, 'p');
		for (const path of ['bulk/batch', 'bulk/batch/d', 'bulk']) {
			plant(place.session, {'single/a.txt': 'again'});
			const {code, stdout, stderr} = await place.run(['rm', path, 'single/a.txt', '--yes']);
			expect({code, stdout}).toEqual({code: 1, stdout: 'single/a.txt\n'});
			expect(stderr).toMatch(/^sojourn: bulk\/batch(?:\/d)?: something is mounted in it: .*\/bulk\/batch\/d\n$/);
			expect(namesIn(mounted)).toEqual(['precious']);
		}
	} finally {
		await execute('umount', [mounted]);
	}

	expect(await place.json(['rm', 'bulk', '--yes'])).toMatchObject({removed: [{path: 'bulk/batch'}], failed: []});
});

test.skipIf(!isRoot)('what its owner may not remove is told with the reason, and the rest goes', async () => {
	const place = await openPlace({...files, 'single/fixed/a.txt': '', 'single/fixed/b/c': ''}, stranger);
	fs.chmodSync(`${place.session}/single/fixed`, 0o555);
	const {code, stdout, stderr} = await place.run(['rm', 'single/a.txt', 'single/fixed/a.txt', 'single/fixed/b', '--yes']);
	expect({code, stdout}).toEqual({code: 1, stdout: 'single/a.txt\n'});
	expect(stderr.trimEnd().split('\n')).toEqual([
		expect.stringMatching(/^sojourn: single\/fixed\/a\.txt: .*permission denied$/),
		expect.stringMatching(/^sojourn: single\/fixed\/b: .*permission denied$/),
	]);
	// The folder itself may go.
	expect(await place.json(['rm', 'single/fixed', '--yes'])).toMatchObject({removed: [{path: 'single/fixed'}], failed: []});
});
