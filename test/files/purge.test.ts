import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {
	describe, expect, it, onTestFinished, test,
} from 'vitest';
import {Directory} from '../../source/files/descriptor.js';
import {purge, type Purged} from '../../source/files/purge.js';
import {decodeName} from '../../source/text/names.js';
import {asUser, execute, isRoot, namesIn, plant, snapshot, stranger, temporaryFolder} from '../helpers/folders.js';

type Trash = {
	/** Temporary, holds `trash` and `outside`. */
	readonly base: string;
	readonly trash: string;
	readonly purge: (name?: string) => Promise<Purged>;
};

const openTrash = async (): Promise<Trash> => {
	const base = await temporaryFolder();
	plant(base, {'trash/': '', 'outside/precious.txt': 'x', 'outside/more/precious.txt': 'x'});
	const directory = await Directory.open(`${base}/trash`);
	onTestFinished(async () => directory.close());
	return {base, trash: `${base}/trash`, purge: async (name = 'doomed') => purge(directory, name)};
};

describe('purge', () => {
	it('removes a tree and counts its files, but not folders', async () => {
		const {trash, purge: purgeIt} = await openTrash();
		plant(trash, {'doomed/a.txt': '', 'doomed/b/c.txt': '', 'doomed/b/d/e/f.txt': '', 'doomed/empty/': '', 'other/a.txt': ''});
		expect(await purgeIt()).toEqual({files: 3, failures: []});
		expect(namesIn(trash)).toEqual(['other']);
		expect(await purgeIt()).toEqual({files: 0, failures: []});
		expect(await purgeIt('other/')).toMatchObject({failures: []});
	});

	it('removes links, pipes and sockets themselves, and nothing that they point to', async () => {
		const {base, trash, purge: purgeIt} = await openTrash();
		plant(trash, {'doomed/deep/': ''});
		fs.symlinkSync(`${base}/outside`, `${trash}/doomed/link`);
		fs.symlinkSync(`${base}/outside/precious.txt`, `${trash}/doomed/deep/link`);
		fs.symlinkSync('loop', `${trash}/doomed/loop`);
		fs.linkSync(`${base}/outside/precious.txt`, `${trash}/doomed/hard`);
		await execute('mkfifo', [`${trash}/doomed/pipe`]);
		expect(await purgeIt()).toEqual({files: 5, failures: []});
		expect(namesIn(`${base}/outside`)).toEqual(['more', 'precious.txt']);
		fs.symlinkSync(`${base}/outside`, `${trash}/doomed`);
		expect(await purgeIt()).toEqual({files: 1, failures: []});
		expect(namesIn(`${base}/outside/more`)).toEqual(['precious.txt']);
	});

	it('removes whatever its names are', async () => {
		const {trash, purge: purgeIt} = await openTrash();
		const raw = decodeName(Buffer.from([0x66, 0xff, 0xc3]));
		plant(trash, {
			[`doomed/${raw}/${raw}`]: '', 'doomed/a\nb': '', 'doomed/-rf': '', 'doomed/ ': '', 'doomed/...': '', [`doomed/${'ä'.repeat(127)}`]: '', 'doomed/purge.0/a': '',
		});
		expect(await purgeIt()).toEqual({files: 7, failures: []});
		expect(namesIn(trash)).toEqual([]);
	});

	it.skipIf(!isRoot)('removes folders that their owner may not read, write or enter, without root\'s rights', async () => {
		const {base, trash, purge: purgeIt} = await openTrash();
		plant(trash, {'doomed/shut/deep/a.txt': '', 'doomed/read-only/b.txt': '', 'doomed/empty/': '', 'doomed/write-only/c.txt': ''});
		await execute('chown', ['-R', `${stranger}`, trash]);
		for (const [name, mode] of [['shut/deep', 0o000], ['shut', 0o000], ['read-only', 0o500], ['empty', 0o000], ['write-only', 0o300], ['', 0o000]] as const) {
			fs.chmodSync(`${trash}/doomed/${name}`, mode);
		}

		expect(await asUser(stranger, purgeIt)).toEqual({files: 3, failures: []});
		expect(namesIn(trash)).toEqual([]);
		expect(namesIn(base)).toEqual(['outside', 'trash']);
	});

	it.skipIf(!isRoot)('names what it may not remove, and removes the rest; an empty folder of another user goes', async () => {
		const {trash, purge: purgeIt} = await openTrash();
		plant(trash, {'doomed/theirs/a.txt': '', 'doomed/empty/': '', 'doomed/mine/b.txt': ''});
		for (const name of ['', 'doomed', 'doomed/mine']) {
			fs.chownSync(`${trash}/${name}`, stranger, stranger);
		}

		const {files, failures} = await asUser(stranger, purgeIt);
		expect(files).toBe(1);
		expect(failures.map(({name}) => name)).toEqual(['theirs']);
		expect(namesIn(`${trash}/doomed`)).toEqual(['theirs']);
		expect(await purgeIt()).toEqual({files: 1, failures: []});
	});

	it('two at once do not stand in each other\'s way', async () => {
		for (let round = 0; round < 5; round++) {
			const {trash, purge: purgeIt} = await openTrash();
			plant(trash, Object.fromEntries(Array.from({length: 60}, (_, index) => [`doomed/${index % 7}/${index % 3}/${index}.txt`, ''])));
			const all = await Promise.all([purgeIt(), purgeIt(), purgeIt()]);
			expect(all.flatMap(({failures}) => failures)).toEqual([]);
			expect(namesIn(trash)).toEqual([]);
		}
	});

	it('a mount inside keeps what it holds, and is named; the next purge finishes', async context => {
		const {base, trash, purge: purgeIt} = await openTrash();
		plant(trash, {'doomed/a/tmpfs/': '', 'doomed/b/bound/': '', 'doomed/b/file.txt': '', 'doomed/c/d.txt': ''});
		const mounts: Array<[string[], string]> = [
			[['-t', 'tmpfs', 'none'], `${trash}/doomed/a/tmpfs`],
			[['--bind', `${base}/outside`], `${trash}/doomed/b/bound`],
			[['--bind', `${base}/outside/precious.txt`], `${trash}/doomed/b/file.txt`],
		];
		const mounted: string[] = [];
		try {
			for (const [options, place] of mounts) {
				try {
					await execute('mount', [...options, place]);
					mounted.push(place);
				} catch {
					context.skip('this system lets nobody mount');
				}
			}

			plant(`${trash}/doomed/a/tmpfs`, {'precious.txt': 'x'});
			const before = snapshot(`${base}/outside`);
			const {failures} = await purgeIt();
			expect(failures.map(({name, error}) => `${name} ${(error as NodeJS.ErrnoException).code!}`).sort()).toEqual(['bound EBUSY', 'file.txt EBUSY', 'tmpfs EBUSY']);
			expect(snapshot(`${base}/outside`)).toEqual(before);
			const {stdout} = await execute('grep', ['-o', `${trash}/[^ ]*`, '/proc/self/mountinfo']);
			mounted.splice(0, mounted.length, ...stdout.trim().split('\n'));
			expect(mounted).toHaveLength(3);
			expect(namesIn(mounted.find(place => place.endsWith('tmpfs'))!)).toEqual(['precious.txt']);
		} finally {
			for (const place of mounted) {
				await execute('umount', [place]);
			}
		}

		for (const name of namesIn(trash)) {
			expect((await purgeIt(name)).failures).toEqual([]);
		}

		expect(namesIn(trash)).toEqual([]);
		expect(namesIn(`${base}/outside`)).toEqual(['more', 'precious.txt']);
	});
});

/*
Somebody who holds a descriptor of the tree exchanges its folders and links to the outside, as fast as the system can, from before the tree is moved to the trash until it is gone. A link's target has files of the same names as the folders have.
*/
const attacker = String.raw`
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
stopped = False
def stop(*_):
    global stopped
    stopped = True
signal.signal(signal.SIGUSR1, stop)
pairs = [(f'folder{i}'.encode(), f'link{i}'.encode()) for i in range(5)]
for line in sys.stdin:
    tree = os.open(line.rstrip('\n'), os.O_RDONLY | os.O_DIRECTORY)
    stopped = False
    print('ready', flush=True)
    exchanged = 0
    alive = set(range(len(pairs)))
    while alive and not stopped:
        for i in list(alive):
            if libc.renameat2(tree, pairs[i][0], tree, pairs[i][1], 2) == 0:
                exchanged += 1
            else:
                alive.discard(i)
    os.close(tree)
    print(exchanged, flush=True)
`;

const fileCount = 20;

type Trial = {readonly lost: number; readonly exchanged: number};

const attack = async (trials: number, remove: (base: string) => Promise<void>, isEnough: (trial: Trial) => boolean = () => false): Promise<Trial[]> => {
	const base = await temporaryFolder();
	const child = spawn('python3', ['-c', attacker], {stdio: ['pipe', 'pipe', 'inherit']});
	onTestFinished(() => {
		child.kill();
	});
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const next = async (): Promise<string> => (await lines.next()).value!;
	const files = Object.fromEntries(Array.from({length: fileCount}, (_, index) => [`${index}.txt`, '']));
	const results: Trial[] = [];
	for (let trial = 0; trial < trials; trial++) {
		const place = `${base}/${trial}`;
		plant(`${place}/outside`, files);
		for (let pair = 0; pair < 5; pair++) {
			plant(`${place}/tree/folder${pair}`, files);
			fs.symlinkSync(`${place}/outside`, `${place}/tree/link${pair}`);
		}

		fs.mkdirSync(`${place}/trash`, {mode: 0o700});
		child.stdin.write(`${place}/tree\n`);
		expect(await next()).toBe('ready');
		await remove(place);
		child.kill('SIGUSR1');
		const exchanged = Number(await next());
		const result = {lost: fileCount - namesIn(`${place}/outside`).length, exchanged};
		results.push(result);
		if (isEnough(result)) {
			break;
		}
	}

	child.stdin.end();
	await once(child, 'close');
	return results;
};

const sum = (trials: readonly Trial[], key: keyof Trial): number => trials.reduce((total, trial) => total + trial[key], 0);

describe.skipIf(process.platform !== 'linux')('while somebody exchanges folders and links inside', () => {
	test('purge loses nothing outside', async () => {
		const trials = await attack(30, async place => {
			fs.renameSync(`${place}/tree`, `${place}/trash/doomed`);
			const trash = await Directory.open(`${place}/trash`);
			const {failures} = await purge(trash, 'doomed');
			await trash.close();
			expect(failures).toEqual([]);
			expect(namesIn(`${place}/trash`)).toEqual([]);
		});
		expect(sum(trials, 'lost')).toBe(0);
		expect(sum(trials, 'exchanged')).toBeGreaterThan(300);
	});

	test('the same attacker beats a removal by path', async () => {
		const trials = await attack(300, async place => {
			fs.renameSync(`${place}/tree`, `${place}/trash/doomed`);
			await fs.promises.rm(`${place}/trash/doomed`, {recursive: true, force: true}).catch(() => undefined);
		}, ({lost}) => lost > 0);
		expect(sum(trials, 'lost')).toBeGreaterThan(0);
	});
});
