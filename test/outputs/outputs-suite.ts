import {Buffer} from 'node:buffer';
import {describe, expect, it, onTestFinished, test} from 'vitest';
import type {Outputs, Walked} from '../../source/outputs/outputs.js';
import {parseMarker, type Marker} from '../../source/session/marker.js';
import {decodeName} from '../../source/text/names.js';

/** What a test may do to a store behind the program's back. Paths are as in `Outputs`. */
export type Backdoor = {
	readonly outputs: Outputs;
	/** Puts a file there, with the folders on the way. */
	readonly put: (path: string, content: string) => Promise<void>;
	/** The names that are really in a folder, hidden ones too. */
	readonly names: (path: string) => Promise<string[]>;
	readonly remove: (path: string) => Promise<void>;
	/** A link to a place outside that holds `inside.txt`; absent where a store knows no links. */
	readonly link?: (path: string) => Promise<void>;
	/** A pipe that nobody serves. */
	readonly pipe?: (path: string) => Promise<void>;
	/** Whether names can be other than UTF-8. */
	readonly hasRawNames: boolean;
};

const id = '0b5c3f1e-9a77-4d0e-8b2a-3c1d5e6f7a8b';
const marker: Marker = {id, label: 'my stay', createdAt: Date.UTC(2026, 0, 2), lastActiveAt: Date.UTC(2026, 0, 3)};

async function * chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
	for (const text of texts) {
		yield Buffer.from(text);
	}
}

/** A watch that nobody listens to. */
const ignored = (): Parameters<Outputs['watch']>[1] => ({signal: new AbortController().signal, onChange: () => undefined});

/** What a store keeps beside the sessions is its own business. */
const isStores = (entry: string): boolean => entry.startsWith('.sojourn-');

const listAll = async (outputs: Outputs, path: string): Promise<string[]> => {
	const names: string[] = [];
	for await (const chunk of outputs.list(path)) {
		names.push(...chunk.map(({name, type}) => `${name} ${type}`));
	}

	return names.sort();
};

const walkAll = async (outputs: Outputs, path: string, options?: {readonly withUnfinished?: boolean}): Promise<Walked[]> => {
	const found: Walked[] = [];
	for await (const chunk of outputs.walk(path, options)) {
		found.push(...chunk);
	}

	return found;
};

const textOf = async (outputs: Outputs, path: string): Promise<string> =>
	(await outputs.read(path, {offset: 0, length: 1_000_000})).toString();

/**
What any implementation of `Outputs` must do.

@param open - a store that is empty, for one test
*/
export const outputsSuite = (name: string, open: () => Promise<Backdoor>): void => {
	describe(`outputs in ${name}`, () => {
		const openSession = async (): Promise<Backdoor> => {
			const store = await open();
			await store.outputs.createSession(marker);
			return store;
		};

		describe('sessions', () => {
			it('makes a session: its two parts and a marker that can be read back', async () => {
				const {outputs, names} = await openSession();
				expect(await names(id)).toEqual(['.session.json', 'bulk', 'single']);
				expect(parseMarker(await textOf(outputs, `${id}/.session.json`), id)).toEqual({marker});
			});

			it('never makes one in the place of another', async () => {
				const {outputs} = await openSession();
				await expect(outputs.createSession({...marker, label: 'other'})).rejects.toMatchObject({code: 'EEXIST'});
				expect(await textOf(outputs, `${id}/.session.json`)).toContain('my stay');
			});

			it('replaces a marker and leaves nothing beside it', async () => {
				const {outputs, names} = await openSession();
				await Promise.all(Array.from({length: 10}, async (_, index) => outputs.writeMarker({...marker, lastActiveAt: marker.lastActiveAt + index})));
				expect(await names(id)).toEqual(['.session.json', 'bulk', 'single']);
				expect(parseMarker(await textOf(outputs, `${id}/.session.json`), id)).toHaveProperty('marker');
			});

			it('brings no session back by writing to one that is gone', async () => {
				const {outputs, names} = await open();
				await expect(outputs.write(`${id}/single/a.txt`, chunks('a'))).rejects.toMatchObject({code: 'ENOENT'});
				await expect(outputs.makeFolder(`${id}/bulk/a`)).rejects.toMatchObject({code: 'ENOENT'});
				await expect(outputs.writeMarker(marker)).rejects.toMatchObject({code: 'ENOENT'});
				await expect(outputs.write('a.txt', chunks('a'))).rejects.toThrow('in a session');
				await expect(outputs.write('', chunks('a'))).rejects.toThrow('in a session');
				expect(await names('')).toEqual([]);
			});
		});

		describe('looking', () => {
			it('lists a folder of 5,000 in chunks, each entry once', async () => {
				const {outputs, put} = await openSession();
				const expected = Array.from({length: 5000}, (_, index) => `${index}.txt`);
				for (const file of expected) {
					await put(`${id}/single/${file}`, '');
				}

				const sizes: number[] = [];
				const found: string[] = [];
				for await (const chunk of outputs.list(`${id}/single`)) {
					sizes.push(chunk.length);
					found.push(...chunk.map(entry => entry.name));
				}

				expect(sizes.length).toBeGreaterThan(1);
				expect(found.sort()).toEqual(expected.sort());
				expect(await walkAll(outputs, id)).toHaveLength(5003);
				const facts = await outputs.statEntries(`${id}/single`, [...expected, 'gone.txt']);
				expect([...facts.keys()].sort()).toEqual(expected);
			});

			it('lists, walks and stats empty folders, and the top', async () => {
				const {outputs} = await openSession();
				expect((await listAll(outputs, '')).filter(entry => !isStores(entry))).toEqual([`${id} directory`]);
				expect(await listAll(outputs, `${id}/single`)).toEqual([]);
				expect(await walkAll(outputs, `${id}/single`)).toEqual([]);
				expect(await outputs.stat('')).toMatchObject({type: 'directory'});
			});

			it('walks everything below, a folder before what it holds, and the one file that is named', async () => {
				const {outputs, put} = await openSession();
				await put(`${id}/bulk/b/deep/c.txt`, '123');
				await put(`${id}/bulk/a.txt`, '1');
				const paths = (await walkAll(outputs, `${id}/bulk`)).map(({path}) => path);
				expect([...paths].sort()).toEqual([`${id}/bulk/a.txt`, `${id}/bulk/b`, `${id}/bulk/b/deep`, `${id}/bulk/b/deep/c.txt`]);
				expect(paths.indexOf(`${id}/bulk/b`)).toBeLessThan(paths.indexOf(`${id}/bulk/b/deep`));
				expect(paths.indexOf(`${id}/bulk/b/deep`)).toBeLessThan(paths.indexOf(`${id}/bulk/b/deep/c.txt`));
				expect(await walkAll(outputs, `${id}/bulk/a.txt`)).toMatchObject([{path: `${id}/bulk/a.txt`, facts: {type: 'file', bytes: 1}}]);
			});

			it('says what an entry is', async () => {
				const {outputs, put} = await openSession();
				const before = Date.now() - 2000;
				await put(`${id}/single/a.txt`, 'hello');
				const facts = await outputs.stat(`${id}/single/a.txt`);
				expect(facts).toMatchObject({type: 'file', bytes: 5});
				expect(facts.modifiedAt).toBeGreaterThan(before);
				expect(facts.changedAt).toBeGreaterThan(before);
				await expect(outputs.stat(`${id}/single/b.txt`)).rejects.toMatchObject({code: 'ENOENT'});
			});

			it('stops when it is cancelled', async () => {
				const {outputs, put} = await openSession();
				await put(`${id}/single/a.txt`, 'hello');
				const signal = AbortSignal.abort();
				await expect(outputs.list(id, {signal})[Symbol.asyncIterator]().next()).rejects.toMatchObject({name: 'AbortError'});
				await expect(outputs.walk(id, {signal})[Symbol.asyncIterator]().next()).rejects.toMatchObject({name: 'AbortError'});
				await expect(outputs.read(`${id}/single/a.txt`, {offset: 0, length: 1, signal})).rejects.toMatchObject({name: 'AbortError'});
			});
		});

		describe('reading', () => {
			it('gives the bytes that were asked for, fewer at the end', async () => {
				const {outputs, put} = await openSession();
				await put(`${id}/single/a.txt`, '0123456789');
				const read = async (offset: number, length: number): Promise<string> => (await outputs.read(`${id}/single/a.txt`, {offset, length})).toString();
				expect(await read(0, 4)).toBe('0123');
				expect(await read(7, 100)).toBe('789');
				expect(await read(10, 1)).toBe('');
				expect(await read(1000, 1)).toBe('');
			});

			it('keeps a file open that is removed meanwhile, and tells when it changes', async () => {
				const {outputs, put, remove} = await openSession();
				await put(`${id}/single/a.txt`, 'old');
				const file = await outputs.open(`${id}/single/a.txt`);
				expect(await file.restat()).toEqual(file.facts);
				await put(`${id}/single/a.txt`, 'newer');
				expect((await file.restat()).bytes).toBe(5);
				await remove(`${id}/single/a.txt`);
				const buffer = new Uint8Array(10);
				expect(await file.read(buffer, 2)).toBe(3);
				expect(Buffer.from(buffer.subarray(0, 3)).toString()).toBe('wer');
				expect(await file.read(buffer, 5)).toBe(0);
				await file.close();
				await expect(outputs.open(`${id}/single/a.txt`)).rejects.toMatchObject({code: 'ENOENT'});
			});

			it('sees a folder that has taken the place of another', async () => {
				const {outputs, put, remove} = await openSession();
				await put(`${id}/bulk/b/a.txt`, 'old');
				expect(await textOf(outputs, `${id}/bulk/b/a.txt`)).toBe('old');
				await remove(`${id}/bulk/b`);
				await put(`${id}/bulk/b/a.txt`, 'new');
				expect(await textOf(outputs, `${id}/bulk/b/a.txt`)).toBe('new');
			});

			it('opens regular files only', async () => {
				const {outputs} = await openSession();
				await expect(outputs.open(`${id}/single`)).rejects.toMatchObject({code: 'EISDIR'});
				await expect(outputs.open('')).rejects.toMatchObject({code: 'EISDIR'});
			});
		});

		describe('writing', () => {
			it('adds a file, makes the folders on the way, and says where it is', async () => {
				const {outputs, names} = await openSession();
				const seen: number[] = [];
				const added = await outputs.write(`${id}/bulk/new/deep/a.txt`, chunks('one', 'two'), {
					modifiedAt: Date.UTC(2001, 1, 3, 4, 5, 6), onProgress(bytes) {
						seen.push(bytes);
					},
				});
				expect(added).toEqual({path: `${id}/bulk/new/deep/a.txt`, bytes: 6});
				expect(seen).toEqual([3, 6]);
				expect(await textOf(outputs, added.path)).toBe('onetwo');
				expect((await outputs.stat(added.path)).modifiedAt).toBe(Date.UTC(2001, 1, 3, 4, 5, 6));
				expect(await names(`${id}/bulk/new/deep`)).toEqual(['a.txt']);
			});

			it('never takes the place of another, also when many write the same name at once', async () => {
				const {outputs, names} = await openSession();
				const added = await Promise.all(Array.from({length: 8}, async (_, index) => outputs.write(`${id}/single/a.tar.gz`, chunks(`${index}`))));
				expect(new Set(added.map(({path}) => path)).size).toBe(8);
				expect(await names(`${id}/single`)).toEqual(['a (2).tar.gz', 'a (3).tar.gz', 'a (4).tar.gz', 'a (5).tar.gz', 'a (6).tar.gz', 'a (7).tar.gz', 'a (8).tar.gz', 'a.tar.gz']);
				for (const [index, {path}] of added.entries()) {
					expect(await textOf(outputs, path)).toBe(`${index}`);
				}
			});

			it('leaves nothing behind when it fails or is cancelled', async () => {
				const {outputs, names} = await openSession();
				const failing = async function * (): AsyncGenerator<Uint8Array> {
					yield Buffer.from('half');
					throw new Error('the disk is gone');
				};

				await expect(outputs.write(`${id}/single/a.txt`, failing())).rejects.toThrow('the disk is gone');
				const controller = new AbortController();
				const cancelling = async function * (): AsyncGenerator<Uint8Array> {
					yield Buffer.from('half');
					controller.abort();
					yield Buffer.from('more');
				};

				await expect(outputs.write(`${id}/single/b.txt`, cancelling(), {signal: controller.signal})).rejects.toMatchObject({name: 'AbortError'});
				await expect(outputs.write(`${id}/single/c.txt`, chunks(), {signal: AbortSignal.abort()})).rejects.toMatchObject({name: 'AbortError'});
				expect(await names(`${id}/single`)).toEqual([]);
			});

			it('shows nothing of a file before it is whole, except to who asks for signs of life', async () => {
				const {outputs, names} = await openSession();
				const watching = async function * (): AsyncGenerator<Uint8Array> {
					yield Buffer.from('half');
					expect(await names(`${id}/single`)).toHaveLength(1);
					expect(await listAll(outputs, `${id}/single`)).toEqual([]);
					expect(await walkAll(outputs, `${id}/single`)).toEqual([]);
					expect(await walkAll(outputs, `${id}/single`, {withUnfinished: true})).toMatchObject([{isUnfinished: true, facts: {bytes: 4}}]);
					yield Buffer.from('whole');
				};

				await outputs.write(`${id}/single/a.txt`, watching());
				expect(await listAll(outputs, `${id}/single`)).toEqual(['a.txt file']);
			});

			it('makes empty files and folders, and leaves a folder that is there alone', async () => {
				const {outputs, put} = await openSession();
				await outputs.makeFolder(`${id}/bulk/a/b`);
				await put(`${id}/bulk/a/b/c.txt`, 'c');
				await outputs.makeFolder(`${id}/bulk/a/b`);
				expect(await textOf(outputs, `${id}/bulk/a/b/c.txt`)).toBe('c');
				expect(await outputs.write(`${id}/bulk/a/empty`, chunks())).toMatchObject({bytes: 0});
				await expect(outputs.makeFolder(`${id}/bulk/a/b/c.txt`)).rejects.toThrow();
				await expect(outputs.write(`${id}/bulk/a/b/c.txt/d`, chunks('d'))).rejects.toThrow();
			});
		});

		describe('watching', () => {
			/** Watches a folder until the test ends, and waits for what is told. */
			const watch = async (outputs: Outputs, path: string): Promise<{readonly told: Array<string | undefined>; readonly until: (isWanted: () => boolean) => Promise<void>; readonly stop: () => void}> => {
				const controller = new AbortController();
				onTestFinished(() => {
					controller.abort();
				});
				const told: Array<string | undefined> = [];
				let look = (): void => undefined;
				await outputs.watch(path, {signal: controller.signal, onChange(hint) {
					told.push(hint);
					look();
				}});
				return {
					told,
					stop() {
						controller.abort();
					},
					async until(isWanted) {
						const {promise, resolve} = Promise.withResolvers<void>();
						look = () => {
							if (isWanted()) {
								resolve();
							}
						};

						look();
						await promise;
					},
				};
			};

			it('hints at what is made, changed and removed in a folder, or says that anything may be', async () => {
				const {outputs, put, remove} = await openSession();
				const {told, until} = await watch(outputs, `${id}/single`);
				const isToldOf = (file: string) => (): boolean => told.includes(file) || told.includes(undefined);
				await put(`${id}/single/a.txt`, 'a');
				await until(isToldOf('a.txt'));
				told.length = 0;
				await put(`${id}/single/a.txt`, 'longer');
				await until(isToldOf('a.txt'));
				told.length = 0;
				await remove(`${id}/single/a.txt`);
				await until(isToldOf('a.txt'));
				await outputs.write(`${id}/single/b.txt`, chunks('b'));
				await until(isToldOf('b.txt'));
				await outputs.makeFolder(`${id}/single/folder`);
				await until(isToldOf('folder'));
				expect(told.filter(hint => hint?.includes('.part'))).toEqual([]);
			});

			it('tells nothing of other folders, and nothing after it has ended', async () => {
				const {outputs, put} = await openSession();
				await put(`${id}/single/inner/a.txt`, 'a');
				const other = await watch(outputs, `${id}/bulk`);
				const {told, until, stop} = await watch(outputs, `${id}/single`);
				await put(`${id}/single/inner/b.txt`, 'b');
				await put(`${id}/single/c.txt`, 'c');
				await until(() => told.includes('c.txt') || told.includes(undefined));
				expect(told).not.toContain('b.txt');
				stop();
				told.length = 0;
				await put(`${id}/single/d.txt`, 'd');
				await put(`${id}/bulk/e.txt`, 'e');
				await other.until(() => other.told.length > 0);
				expect(told).toEqual([]);
				expect(other.told).not.toContain('d.txt');
			});

			it('fails for what is no folder, or is not there, or has been given up before', async () => {
				const {outputs, put} = await openSession();
				await put(`${id}/single/a.txt`, 'a');
				await expect(outputs.watch(`${id}/single/a.txt`, ignored())).rejects.toThrow();
				await expect(outputs.watch(`${id}/single/none`, ignored())).rejects.toMatchObject({code: 'ENOENT'});
				await expect(outputs.watch(`${id}/single`, {...ignored(), signal: AbortSignal.abort()})).rejects.toMatchObject({name: 'AbortError'});
			});

			it('changes nothing, and is a sign of life of nobody', async () => {
				const {outputs} = await openSession();
				const looks = async (): Promise<unknown> => Promise.all(['', '/single', '/bulk', '/.session.json'].map(async part => outputs.stat(`${id}${part}`)));
				const before = await looks();
				const {stop} = await watch(outputs, `${id}/single`);
				await watch(outputs, id);
				stop();
				expect(await looks()).toEqual(before);
			});
		});

		describe('paths', () => {
			test.each(['/', `/${id}`, '..', '.', `${id}/..`, `${id}/../${id}/single`, `${id}/./single`, `${id}//single`, `${id}/`, `${id}/single\0`, '../outside'])('%j is refused by every operation', async path => {
				const {outputs, names} = await openSession();
				const refusal = 'is no path of an output';
				await expect(listAll(outputs, path)).rejects.toThrow(refusal);
				await expect(walkAll(outputs, path)).rejects.toThrow(refusal);
				await expect(outputs.stat(path)).rejects.toThrow(refusal);
				await expect(outputs.statEntries(path, [])).rejects.toThrow(refusal);
				await expect(outputs.read(path, {offset: 0, length: 1})).rejects.toThrow(refusal);
				await expect(outputs.open(path)).rejects.toThrow(refusal);
				await expect(outputs.watch(path, ignored())).rejects.toThrow(refusal);
				await expect(outputs.write(path, chunks('a'))).rejects.toThrow(refusal);
				await expect(outputs.makeFolder(path)).rejects.toThrow(refusal);
				expect((await names('')).filter(entry => !isStores(entry))).toEqual([id]);
				expect(await names(id)).toEqual(['.session.json', 'bulk', 'single']);
			});

			test.each(['..', '.', '', 'a/b', '/etc/passwd', 'a\0'])('the name %j is no entry of a folder', async strange => {
				const {outputs} = await openSession();
				await expect(outputs.statEntries(id, [strange])).rejects.toThrow('is no path of an output');
			});

			it('takes names that look like something else for what they are', async () => {
				const {outputs} = await openSession();
				const strange = ['...', '-rf', '~', ' ', 'a\nb', 'a\u{1B}[31m', String.raw`a\b`, '*', 'ä'.repeat(127), '__proto__'];
				for (const file of strange) {
					expect((await outputs.write(`${id}/single/${file}`, chunks(file))).path).toBe(`${id}/single/${file}`);
				}

				expect(await listAll(outputs, `${id}/single`)).toEqual(strange.map(file => `${file} file`).sort());
				for (const file of strange) {
					expect(await textOf(outputs, `${id}/single/${file}`)).toBe(file);
				}
			});
		});

		it('keeps names that are not UTF-8, and tells apart those that differ in such bytes only', async context => {
			const {outputs, put, hasRawNames, names} = await openSession();
			if (!hasRawNames) {
				context.skip('names are UTF-8 here');
			}

			const [first, second] = [decodeName(Buffer.from([0x61, 0xff])), decodeName(Buffer.from([0x61, 0xfe]))];
			await put(`${id}/bulk/${first}/${first}`, 'first');
			await put(`${id}/bulk/${second}/${second}`, 'second');
			expect(await listAll(outputs, `${id}/bulk`)).toEqual([`${second} directory`, `${first} directory`].sort());
			expect((await walkAll(outputs, `${id}/bulk`)).map(({path}) => path)).toContain(`${id}/bulk/${first}/${first}`);
			expect(await textOf(outputs, `${id}/bulk/${second}/${second}`)).toBe('second');
			const added = await outputs.write(`${id}/bulk/${first}/${first}`, chunks('third'));
			expect(added.path).toBe(`${id}/bulk/${first}/${first} (2)`);
			expect((await outputs.statEntries(`${id}/bulk/${first}`, [first, `${first} (2)`])).size).toBe(2);
			expect(await names(`${id}/bulk/${first}`)).toEqual([first, `${first} (2)`].sort());
		});

		it('never follows a link, on the way or at the end', async context => {
			const {outputs, put, link} = await openSession();
			if (link === undefined) {
				context.skip('there are no links here');
				return;
			}

			await put(`${id}/bulk/b/a.txt`, 'a');
			await link(`${id}/bulk/b/link`);
			await link(`${id}/single/link.txt`);
			expect(await listAll(outputs, `${id}/bulk/b`)).toEqual(['a.txt file', 'link symlink']);
			expect(await outputs.stat(`${id}/bulk/b/link`)).toMatchObject({type: 'symlink'});
			expect(await walkAll(outputs, `${id}/bulk/b/link`)).toMatchObject([{facts: {type: 'symlink'}}]);
			expect((await walkAll(outputs, id)).filter(({path}) => path.includes('inside'))).toEqual([]);
			await expect(listAll(outputs, `${id}/bulk/b/link`)).rejects.toThrow();
			const below = `${id}/bulk/b/link/inside.txt`;
			await expect(outputs.stat(below)).rejects.toThrow();
			await expect(walkAll(outputs, below)).rejects.toThrow();
			await expect(outputs.statEntries(`${id}/bulk/b/link`, ['inside.txt'])).rejects.toThrow();
			await expect(outputs.read(below, {offset: 0, length: 1})).rejects.toThrow();
			await expect(outputs.open(`${id}/single/link.txt`)).rejects.toThrow();
			await expect(outputs.watch(`${id}/bulk/b/link`, ignored())).rejects.toThrow();
			await expect(outputs.write(`${id}/bulk/b/link/new.txt`, chunks('a'))).rejects.toThrow();
			await expect(outputs.makeFolder(`${id}/bulk/b/link/new`)).rejects.toThrow();
			expect(await outputs.write(`${id}/single/link.txt`, chunks('a'))).toMatchObject({path: `${id}/single/link (2).txt`});
		});

		it('does not wait for a pipe', async context => {
			const {outputs, pipe} = await openSession();
			if (pipe === undefined) {
				context.skip('there are no pipes here');
				return;
			}

			await pipe(`${id}/single/pipe`);
			expect(await listAll(outputs, `${id}/single`)).toEqual(['pipe other']);
			await expect(outputs.open(`${id}/single/pipe`)).rejects.toThrow('not a regular file');
			await expect(outputs.read(`${id}/single/pipe`, {offset: 0, length: 1})).rejects.toThrow('not a regular file');
		});
	});
};
