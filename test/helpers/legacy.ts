import fs from 'node:fs';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {execute, plant} from './folders.js';
import {openPlace, type Ended, type Home, type Program} from './program.js';

/** What an independent program tells of `single` and `bulk` in a folder: a line for each entry, with its type, mode, owner, time to the microsecond, and what it holds. */
const look = String.raw`
import hashlib, os, stat, sys
base = os.fsencode(sys.argv[1])
lines = []
def entry(path):
    st = os.lstat(os.path.join(base, path))
    kind = stat.S_IFMT(st.st_mode)
    held = ''
    if kind == stat.S_IFREG:
        with open(os.path.join(base, path), 'rb') as f:
            held = hashlib.sha256(f.read()).hexdigest()
    elif kind == stat.S_IFLNK:
        held = repr(os.readlink(os.path.join(base, path)))
    lines.append('%r %o %d:%d %d %s' % (path, st.st_mode, st.st_uid, st.st_gid, st.st_mtime_ns // 1000, held))
    if kind == stat.S_IFDIR:
        for name in os.listdir(os.path.join(base, path)):
            entry(os.path.join(path, name))
for part in (b'single', b'bulk'):
    if os.path.lexists(os.path.join(base, part)):
        entry(part)
print('\n'.join(sorted(lines)))
`;

/** A line for each entry of `single` and `bulk`, as Python sees them. */
export const treeOf = async (folder: string): Promise<string[]> => {
	const {stdout} = await execute('python3', ['-c', look, folder], {maxBuffer: 64_000_000});
	return stdout.trim().split('\n');
};

const plantTree = String.raw`
import os, sys
base = os.fsencode(sys.argv[1])
count = int(sys.argv[2])
def put(path, content, mode=0o644, ns=1500000000123456789):
    path = os.path.join(base, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(content)
    os.chmod(path, mode)
    os.utime(path, ns=(ns, ns))
odd = [b'plain.txt', b'two words.tar.gz', b'new\nline', b'back\\slash', b'bad-\xff-byte', b'\xd8\xa7.txt', b'esc\x1b[31m', b'cr\r', b'-rf', b'.hidden', b"quo'te"]
for i, name in enumerate(odd):
    put(b'single/' + name, b'odd %d' % i, [0o644, 0o600, 0o755, 0o444][i % 4], 1400000000 * 10**9 + i * 1234567)
put(b'single/empty.bin', b'')
put(b'bulk/ro/in.txt', b'read-only folder')
for i in range(count):
    put(b'bulk/batch %d/part-%d/file-%d.dat' % (i // 500, i % 7, i) if i % 2 else b'single/set-%d/f%d' % (i // 300, i), os.urandom(i % 3001), [0o644, 0o600, 0o755, 0o640][i % 4], 10**18 + i * 1000001)
os.makedirs(os.path.join(base, b'bulk/empty/inner'))
os.symlink(b'../nowhere/\xfe', os.path.join(base, b'single/link'))
os.symlink(b'/etc/passwd', os.path.join(base, b'bulk/ro/absolute'))
os.utime(os.path.join(base, b'single/link'), ns=(10**18, 10**18), follow_symlinks=False)
os.chmod(os.path.join(base, b'bulk/empty'), 0o2755)
os.chmod(os.path.join(base, b'bulk/ro'), 0o555)
for folder, _, _ in sorted(os.walk(base), reverse=True):
    if folder != base:
        os.utime(folder, ns=(1300000000500000000, 1300000000500000000))
`;

/** Files that \`plantLegacy\` plants whatever is asked for. */
export const plantedFiles = 13;

/** Folders as an older deployment leaves them: odd names, old times, modes, links, empty folders, and `count` ordinary files more. */
export const plantLegacy = async (folder: string, count = 0): Promise<void> => {
	await execute('python3', ['-c', plantTree, folder, String(count)]);
};

/** Moves `single` and `bulk` elsewhere, as a disaster would. */
export const moveLegacy = (from: string, to: string): void => {
	fs.mkdirSync(to);
	for (const part of ['single', 'bulk']) {
		fs.renameSync(`${from}/${part}`, `${to}/${part}`);
	}
};

/** How many files and links lie below a folder, hidden beginnings aside; 0 where it is not there. */
export const countBelow = (folder: string): number => {
	try {
		return fs.readdirSync(folder, {recursive: true, withFileTypes: true}).filter(entry => !entry.isDirectory() && !entry.name.endsWith('.part')).length;
	} catch {
		return 0; // It comes or goes at this moment.
	}
};

/**
Runs an action of the program and kills it as soon as something holds.

@returns whether it was still running
*/
export const killWhen = async (place: Home, args: readonly string[], holds: () => boolean): Promise<boolean> => {
	const {child, ended} = place.start(['legacy', ...args]);
	child.stdin!.end();
	while (child.exitCode === null && child.signalCode === null && !holds()) {
		await nextTurn();
	}

	child.kill('SIGKILL');
	return (await ended).signal === 'SIGKILL';
};

/** The JSON of an action, with what the program ended with and said beside it. */
export type Report = {
	readonly action: string;
	readonly path: string;
	readonly files: number;
	readonly bytes: number;
	readonly failed: ReadonlyArray<{readonly path: string; readonly error: string}>;
	readonly code: number | undefined;
	readonly stderr: string;
} & Readonly<Record<string, unknown>>;

/** Runs an action, and reads its JSON whatever it ended with. */
export const legacy = async (place: Home, ...args: readonly string[]): Promise<Report> => {
	const {code, stdout, stderr} = await place.run(['legacy', ...args, '--json']);
	if (stdout === '') {
		throw new Error(`legacy ${args.join(' ')} ended with ${code}: ${stderr}`);
	}

	return {...JSON.parse(stdout) as Report, code, stderr};
};

/** Runs an action without JSON. */
export const runLegacy = async (place: Home, args: readonly string[], options: Parameters<Home['run']>[1] = {}): Promise<Ended> => place.run(['legacy', ...args], options);

export type LegacyPlace = Home & {
	/** What the outputs directory lies in. */
	readonly base: string;
	/** What Python saw in the legacy folders. */
	readonly before: readonly string[];
};

const withBase = async (place: Home): Promise<LegacyPlace> => ({...place, base: place.outputs.slice(0, -'/outputs'.length), before: await treeOf(place.outputs)});

/** An outputs directory with odd legacy folders, and `count` ordinary files more. */
export const openLegacy = async (program: Program, count = 0): Promise<LegacyPlace> => {
	const place = await openPlace(program);
	await plantLegacy(place.outputs, count);
	return withBase(place);
};

const smallTree = {'single/a.txt': '1', 'single/b.tar.gz': '22', 'bulk/batch/c.txt': '333', 'bulk/batch/d/e.txt': '4444', 'bulk/empty/': ''};

/** An outputs directory with these files. */
export const openSmall = async (program: Program, files: Readonly<Record<string, string>> = smallTree): Promise<LegacyPlace> => {
	const place = await openPlace(program);
	plant(place.outputs, files);
	return withBase(place);
};

/** Relative paths of what a session holds, its marker aside. */
export const outputsIn = (session: string): string[] => fs.readdirSync(session, {recursive: true}).map(String).filter(name => name !== '.session.json').sort();
