import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {describe, expect, it} from 'vitest';
import {execute, isRoot, modeOf, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';
import {openHome, openProgram, type Ended, type Home} from '../helpers/program.js';

const program = openProgram();

type Place = Home & {
	readonly id: string;
	/** The session's directory. */
	readonly place: string;
	readonly add: (...args: readonly string[]) => Promise<Ended>;
};

/** A session, and in the working directory `a.txt`, `b.txt`, and the folder `photos`. */
const openPlace = async (): Promise<Place> => {
	const home = openHome(program, await temporaryFolder());
	plant(home.work, {'a.txt': 'aaa', 'b.txt': 'b', 'photos/one.png': '1', 'photos/more/two.png': '22', 'photos/empty/': ''});
	const id = await home.session();
	return {...home, id, place: `${home.outputs}/${id}`, add: async (...args) => home.run(['add', ...args])};
};

/** Files are added in the order in which the disk tells them. */
const linesOf = (text: string): string[] => text.trimEnd().split('\n').sort();

const filesIn = (folder: string): string[] => fs.readdirSync(folder, {recursive: true, withFileTypes: true})
	.filter(entry => !entry.isDirectory()).map(entry => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1)).filter(name => name !== '.session.json').sort();

const waitUntil = async (condition: () => boolean): Promise<void> => {
	const end = Date.now() + 10_000;
	while (!condition()) {
		if (Date.now() > end) {
			throw new Error(`Never came true: ${condition.toString()}`);
		}

		await new Promise(resolve => {
			setImmediate(resolve);
		});
	}
};

describe('add', () => {
	it('puts files into single, and tells where; the times and the right to run come along', async () => {
		const {add, work, place, id} = await openPlace();
		fs.utimesSync(`${work}/a.txt`, 1_000_000_000, 1_000_000_000);
		fs.chmodSync(`${work}/b.txt`, 0o755);
		expect(await add('a.txt', `${work}/b.txt`)).toMatchObject({code: 0, stdout: 'single/a.txt\nsingle/b.txt\n', stderr: ''});
		expect(fs.statSync(`${place}/single/a.txt`).mtimeMs).toBe(1_000_000_000_000);
		expect([modeOf(`${place}/single/a.txt`), modeOf(`${place}/single/b.txt`)]).toEqual(['0600', '0700']);
		const {code, stdout} = await add('a.txt', '--json');
		expect({code, json: JSON.parse(stdout) as unknown}).toEqual({code: 0, json: {session: id, added: [{path: 'single/a (2).txt', bytes: 3}]}});
	});

	it('never overwrites: the name that is taken instead is told', async () => {
		const {add, place} = await openPlace();
		await add('a.txt', 'photos');
		const {code, stdout, stderr} = await add('a.txt', 'photos');
		expect({code, lines: linesOf(stdout), stderr}).toEqual({
			code: 0,
			lines: ['bulk/photos (2)/more/two.png', 'bulk/photos (2)/one.png', 'single/a (2).txt'],
			stderr: 'single/a.txt was there already; added as a (2).txt\nbulk/photos was there already; added as photos (2)\n',
		});
		expect(filesIn(place)).toEqual(['bulk/photos (2)/more/two.png', 'bulk/photos (2)/one.png', 'bulk/photos/more/two.png', 'bulk/photos/one.png', 'single/a (2).txt', 'single/a.txt']);
		expect(namesIn(`${place}/bulk/photos (2)`)).toEqual(['empty', 'more', 'one.png']);
	});

	it('--bulk makes one batch of several files, --batch names it, --name names what is added', async () => {
		const {add} = await openPlace();
		const outcomes = [
			await add('a.txt', 'b.txt', '--bulk'),
			await add('a.txt', '--bulk'),
			await add('a.txt', 'b.txt', '--batch', 'mine'),
			await add('a.txt', '--batch', 'mine', '--name', 'c.txt'),
			await add('a.txt', '--name', '"1.50"'),
			await add('photos', '--name', 'pictures'),
			await add('photos', '--batch', 'mine'),
			await add('photos', 'a.txt', '--batch', 'both'),
		];
		expect(outcomes.map(({code, stdout}) => [code, linesOf(stdout).join(' ')])).toEqual([
			[0, 'bulk/batch-1/a.txt bulk/batch-1/b.txt'],
			[0, 'bulk/batch-2/a.txt'],
			[0, 'bulk/mine/a.txt bulk/mine/b.txt'],
			[0, 'bulk/mine/c.txt'],
			[0, 'single/"1.50"'],
			[0, 'bulk/pictures/more/two.png bulk/pictures/one.png'],
			[0, 'bulk/mine/more/two.png bulk/mine/one.png'],
			[0, 'bulk/both/a.txt bulk/both/photos/more/two.png bulk/both/photos/one.png'],
		]);
	});

	it('takes standard input, which may be empty, binary, and large', async () => {
		const {run, place} = await openPlace();
		const input = Buffer.alloc(3_000_000, 'x\0\xFF', 'latin1');
		expect(await run(['add', '-', '--name', 'in.bin'], {input})).toMatchObject({code: 0, stdout: 'single/in.bin\n'});
		expect(fs.readFileSync(`${place}/single/in.bin`).equals(input)).toBe(true);
		expect(await run(['add', '-', '--name', 'empty', '--bulk'], {input: ''})).toMatchObject({code: 0, stdout: 'bulk/batch-1/empty\n'});
		expect(modeOf(`${place}/single/in.bin`)).toBe('0600');
	});

	it('adds nothing where a file is missing, or is none, and waits for no pipe', async () => {
		const {add, work, place} = await openPlace();
		await execute('mkfifo', [`${work}/pipe`]);
		fs.symlinkSync('nowhere', `${work}/dangling`);
		const before = snapshot(place);
		const outcomes = [await add('a.txt', 'missing\u{7}'), await add('a.txt', 'pipe'), await add('/dev/null'), await add('dangling'), await add('')];
		expect(outcomes.map(({code, stdout, stderr}) => [code, stdout, stderr])).toEqual([
			[1, '', String.raw`sojourn: cannot add missing\x07: it does not exist` + '\n'],
			[1, '', 'sojourn: cannot add pipe: it is neither a regular file nor a folder; to add what it delivers, give - and pipe it in\n'],
			[1, '', 'sojourn: cannot add /dev/null: it is neither a regular file nor a folder; to add what it delivers, give - and pipe it in\n'],
			[1, '', 'sojourn: cannot add dangling: it does not exist\n'],
			[1, '', 'sojourn: cannot add "": the name is empty\n'],
		]);
		expect(snapshot(place)).toEqual(before);
	});

	it('follows a link that is named, but none inside a folder, nor a pipe there: the rest is added', async () => {
		const {add, work, place} = await openPlace();
		fs.symlinkSync('a.txt', `${work}/link.txt`);
		fs.symlinkSync('photos', `${work}/album`);
		fs.symlinkSync('../a.txt', `${work}/photos/link.txt`);
		fs.symlinkSync('..', `${work}/photos/more/up`);
		await execute('mkfifo', [`${work}/photos/pipe`]);
		expect(await add('link.txt')).toMatchObject({code: 0, stdout: 'single/link.txt\n'});
		expect(fs.readFileSync(`${place}/single/link.txt`, 'utf8')).toBe('aaa');
		const {code, stdout, stderr} = await add('album/');
		expect({code, lines: linesOf(stdout)}).toEqual({code: 1, lines: ['bulk/album/more/two.png', 'bulk/album/one.png']});
		expect(linesOf(stderr)).toEqual([
			'sojourn: album/link.txt is not added: it is a symbolic link, which is not followed',
			'sojourn: album/more/up is not added: it is a symbolic link, which is not followed',
			'sojourn: album/pipe is not added: it is no regular file',
		]);
	});

	it('does not copy a folder into itself', async () => {
		const {add, run, place, outputs, work} = await openPlace();
		await add('photos');
		const before = filesIn(place);
		const outcomes = [await add(outputs), await add(`${place}/bulk`), await add(`${work}/../../`), await add(`${place}/bulk/photos`, '--batch', 'photos')];
		expect(outcomes.map(({code, stdout}) => [code, stdout])).toEqual([[1, ''], [1, ''], [1, ''], [1, '']]);
		expect(outcomes[0]!.stderr).toContain(`cannot add ${outputs}: it holds the outputs directory's own bulk/outputs, and would be copied into itself`);
		expect(filesIn(place)).toEqual(before);
		// Within the session, but not into itself.
		expect(await run(['add', `${place}/bulk/photos`, '--name', 'copy'])).toMatchObject({code: 0});
	});

	it('takes names as they are, those that are not UTF-8 too', async () => {
		const {add, work, place, id} = await openPlace();
		plant(work, {'odd/a\nb\u{1B}[31m': '1', [String.raw`odd/back\slash`]: '2', 'odd/-0': '3'});
		fs.writeFileSync(Buffer.concat([Buffer.from(`${work}/odd/`), Buffer.from([0x72, 0xff])]), '4');
		const {code, stdout} = await add('odd');
		expect({code, lines: linesOf(stdout)}).toEqual({
			code: 0, lines: ['bulk/odd/-0', String.raw`bulk/odd/a\x0ab\x1b[31m`, String.raw`bulk/odd/back\\slash`, String.raw`bulk/odd/r\xff`],
		});
		expect(namesIn(`${place}/bulk/odd`)).toEqual(namesIn(`${work}/odd`));
		const again = JSON.parse((await add('odd', '--json', '--name', 'again')).stdout) as {added: unknown[]};
		expect(again).toEqual({session: id, added: expect.arrayContaining([
			{path: 'bulk/again/a\nb\u{1B}[31m', bytes: 1},
			{path: String.raw`bulk/again/back\slash`, bytes: 1},
			{path: String.raw`bulk/again/r\xff`, pathBase64: Buffer.concat([Buffer.from('bulk/again/r'), Buffer.of(0xff)]).toString('base64'), bytes: 1},
		]) as unknown});
	});

	it('starts a session where there is none, or with --new, and says so', async () => {
		const {run, work, outputs} = openHome(program, await temporaryFolder());
		plant(work, {'a.txt': 'a'});
		const first = await run(['add', 'a.txt']);
		expect(first).toMatchObject({code: 0, stdout: 'single/a.txt\n', stderr: expect.stringMatching(/^started session [\da-f-]{36}\n$/) as string});
		expect(await run(['add', 'a.txt'])).toMatchObject({stdout: 'single/a (2).txt\n', stderr: 'single/a.txt was there already; added as a (2).txt\n'});
		expect(await run(['add', 'a.txt', '--new', '--quiet'])).toMatchObject({code: 0, stdout: 'single/a.txt\n', stderr: ''});
		expect(namesIn(outputs).filter(name => !name.startsWith('.sojourn-'))).toHaveLength(2);
		expect(await run(['ls'])).toMatchObject({stdout: 'single/a.txt\n'});
		expect(await run(['add', 'a.txt', '--new', '--session', 'x'])).toMatchObject({code: 2});
		expect(namesIn(outputs).filter(name => !name.startsWith('.sojourn-'))).toHaveLength(2);
	});

	it.skipIf(!isRoot)('names what cannot be read, and adds the rest', async () => {
		const base = await temporaryFolder();
		fs.chownSync(base, stranger, stranger);
		const {run, work} = openHome(program, base, {uid: stranger});
		plant(work, {'open.txt': 'a', 'shut.txt': 'b', 'folder/shut/c.txt': '', 'folder/open.txt': 'd'});
		await execute('chown', ['-R', `${stranger}`, work]);
		fs.chmodSync(`${work}/shut.txt`, 0o000);
		fs.chmodSync(`${work}/folder/shut`, 0o000);
		expect(await run(['add', 'shut.txt', 'open.txt', 'folder', '--quiet'])).toMatchObject({
			code: 1, stdout: 'single/open.txt\nbulk/folder/open.txt\n',
			stderr: 'sojourn: cannot add shut.txt: permission denied\nsojourn: cannot read folder/shut: permission denied\n',
		});
	});
});

describe('an interrupted add', () => {
	it.each([
		['while data comes', true, 'SIGINT', 130], ['while nothing comes', false, 'SIGINT', 130], ['while nothing comes', false, 'SIGTERM', 143], ['while nothing comes', false, 'SIGHUP', 129],
	] as const)('of standard input, %s, leaves no file', async (_, isFlowing, signal, code) => {
		const {start, place} = await openPlace();
		const {child, ended} = start(['add', '-', '--name', 'in.bin']);
		const pour = (): void => {
			while (child.stdin!.write(Buffer.alloc(65_536))) {
				// Until the pipe is full.
			}
		};

		child.stdin!.write('some');
		if (isFlowing) {
			child.stdin!.on('drain', pour);
			pour();
		}

		const part = (): string | undefined => namesIn(`${place}/single`)[0];
		await waitUntil(() => part() !== undefined && fs.statSync(`${place}/single/${part()!}`).size > (isFlowing ? 500_000 : 3));
		child.kill(signal);
		expect(await ended).toMatchObject({code, stdout: '', stderr: ''});
		expect(namesIn(`${place}/single`)).toEqual([]);
	});

	it('of a large file leaves nothing of it', async () => {
		const {start, place, work} = await openPlace();
		fs.truncateSync(`${work}/a.txt`, 2_000_000_000);
		const {child, ended} = start(['add', 'a.txt']);
		await waitUntil(() => namesIn(`${place}/single`).length > 0);
		child.kill('SIGINT');
		expect(await ended).toMatchObject({code: 130});
		expect(namesIn(`${place}/single`)).toEqual([]);
	});
});
