import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {mountsIn} from '../../source/files/file-system.js';
import {findOpenFile} from '../../source/files/open-files.js';
import {execute, isRoot, plant, stranger, temporaryFolder} from '../helpers/folders.js';
import {idOf} from '../outputs/stores.js';

/** Mounts an empty file system at each of some names in `folder`, as a shell's printf writes them. @returns whether that can be done here */
const mountAt = async (folder: string, names: readonly string[]): Promise<boolean> => {
	const script = 'folder=$1; shift; for name in "$@"; do mkdir -p "$folder/$(printf "$name")" && mount -t tmpfs tmpfs "$folder/$(printf "$name")" || exit 1; done';
	onTestFinished(async () => {
		await execute('sh', ['-c', 'folder=$1; shift; for name in "$@"; do umount -l "$folder/$(printf "$name")"; done', 'sh', folder, ...names]).catch(() => undefined);
	});
	try {
		await execute('sh', ['-c', script, 'sh', folder, ...names]);
		return true;
	} catch {
		return false;
	}
};

describe.skipIf(!isRoot)('what is mounted', () => {
	it('in a folder is found whatever its name is, and what is beside it is not', async context => {
		const base = await temporaryFolder();
		const folder = `${base}/a b`;
		fs.mkdirSync(folder);
		const names: ReadonlyArray<readonly [printf: string, name: string]> = [
			['plain', 'plain'], ['two words', 'two words'], [String.raw`a\ttab`, 'a\ttab'], [String.raw`a\nline`, 'a\nline'],
			[String.raw`back\\slash`, String.raw`back\slash`], [String.raw`\\040`, String.raw`\040`], ['a#b', 'a#b'], ['über 日本', 'über 日本'],
			[String.raw`a \\134 b`, String.raw`a \134 b`], ['deep/er/still', 'deep/er/still'],
		];
		if (!await mountAt(folder, names.map(([name]) => name))) {
			context.skip('nothing can be mounted here');
		}

		expect((await mountsIn(folder)).sort()).toEqual(names.map(([, name]) => `${folder}/${name}`).sort());
		expect(await mountsIn(`${folder}/deep`)).toEqual([`${folder}/deep/er/still`]);
		// A mount point itself counts, one whose name only begins alike does not.
		expect(await mountsIn(`${folder}/plain`)).toEqual([`${folder}/plain`]);
		expect(await mountsIn(`${folder}/plai`)).toEqual([]);
		expect(await mountsIn(`${folder}/de`)).toEqual([]);
	});

	it('at a name that is no UTF-8 is found, and below such a folder', async context => {
		const base = await temporaryFolder();
		if (!await mountAt(base, [String.raw`x\377/a b`])) {
			context.skip('nothing can be mounted here');
		}

		const found = await mountsIn(base);
		expect(found).toHaveLength(1);
		expect(await mountsIn(path.dirname(found[0]!))).toEqual(found);
	});

	it('twice at one place, or a file at a file, is found', async context => {
		const base = await temporaryFolder();
		plant(base, {'single/a.txt': '', precious: 'x'});
		if (!await mountAt(base, ['b', 'b'])) {
			context.skip('nothing can be mounted here');
		}

		expect(await mountsIn(base)).toEqual([`${base}/b`, `${base}/b`]);
		await execute('umount', [`${base}/b`]);
		await execute('mount', ['--bind', `${base}/precious`, `${base}/single/a.txt`]);
		try {
			expect(await mountsIn(`${base}/single`)).toEqual([`${base}/single/a.txt`]);
			expect(await mountsIn(`${base}/single/a.txt`)).toEqual([`${base}/single/a.txt`]);
		} finally {
			await execute('umount', [`${base}/single/a.txt`]);
		}
	});
});

/** Runs a line of Python in a mount namespace of its own, where `what` is also at `where`, until the test ends. */
const startElsewhere = async (what: string, where: string, body: string): Promise<ChildProcess | undefined> => {
	const child = spawn('unshare', ['-m', 'sh', '-c', 'mount --bind "$1" "$2" && exec python3 -c "$3" "$2"', 'sh', what, where, `import os, sys\n${body}\nprint("ready", flush=True)\nsys.stdin.read()`], {stdio: ['pipe', 'pipe', 'ignore']});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const {promise, resolve} = Promise.withResolvers<boolean>();
	child.stdout.once('data', () => {
		resolve(true);
	});
	child.once('error', () => {
		resolve(false);
	});
	child.once('close', () => {
		resolve(false);
	});
	return await promise ? child : undefined;
};

describe.skipIf(!isRoot)('a file that a process in another mount namespace has open', () => {
	const openPlaces = async (): Promise<{readonly outputs: string; readonly elsewhere: string; readonly session: string; readonly find: () => ReturnType<typeof findOpenFile>}> => {
		const base = await temporaryFolder();
		const [outputs, elsewhere] = [`${base}/outputs`, `${base}/elsewhere`];
		const session = `${outputs}/${idOf(1)}`;
		plant(base, {'elsewhere/': '', [`outputs/${idOf(1)}/single/a.txt`]: 'a', [`outputs/${idOf(1)}/bulk/batch/b.txt`]: 'b', [`outputs/${idOf(2)}/single/c.txt`]: 'c'});
		return {outputs, elsewhere, session, find: async () => findOpenFile([`${session}/single`, `${session}/bulk`])};
	};

	it.for(['single/a.txt', 'bulk/batch/b.txt'])('is found where the outputs directory is known by another path: %s', async (name, context) => {
		const {outputs, elsewhere, find} = await openPlaces();
		expect(await find()).toBeUndefined();
		const child = await startElsewhere(outputs, elsewhere, `file = open(sys.argv[1] + "/${idOf(1)}/${name}")`);
		if (child === undefined) {
			return context.skip('no mount namespace can be made here');
		}

		expect(await find()).toMatchObject({pid: child.pid, command: 'python3', path: expect.stringContaining(`/${idOf(1)}/${name}`) as string});
	});

	it('is found where it was given the session alone, as containers often are', async context => {
		const {session, elsewhere, find} = await openPlaces();
		const child = await startElsewhere(session, elsewhere, 'file = open(sys.argv[1] + "/single/a.txt")');
		if (child === undefined) {
			return context.skip('no mount namespace can be made here');
		}

		expect(await find()).toMatchObject({pid: child.pid});
	});

	it('is found whoever has it open: a service\'s sandbox is a namespace of its own', async context => {
		const {outputs, elsewhere, find} = await openPlaces();
		const child = await startElsewhere(outputs, elsewhere, `
file = open(sys.argv[1] + "/${idOf(1)}/single/a.txt")
os.setuid(${stranger})`);
		if (child === undefined) {
			return context.skip('no mount namespace can be made here');
		}

		expect(await find()).toMatchObject({pid: child.pid});
	});

	it('does not count where it is another session\'s, a folder, or removed', async context => {
		const {outputs, elsewhere, find} = await openPlaces();
		const child = await startElsewhere(outputs, elsewhere, `
other = open(sys.argv[1] + "/${idOf(2)}/single/c.txt")
folder = os.open(sys.argv[1] + "/${idOf(1)}/single", os.O_RDONLY)
gone = open(sys.argv[1] + "/${idOf(1)}/single/gone", "w"); os.unlink(sys.argv[1] + "/${idOf(1)}/single/gone")
`);
		if (child === undefined) {
			return context.skip('no mount namespace can be made here');
		}

		expect(await find()).toBeUndefined();
	});
});
