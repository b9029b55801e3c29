import {createWriteStream, existsSync} from 'node:fs';
import {exportToStream, exportZip} from '../../source/export/export.js';
import type {ZipExportOptions} from '../../source/export/export-zip.js';
import type {Io} from '../../source/export/parallel/work.js';
import type {Exported} from '../../source/export/types.js';
import type {OpenFile} from '../../source/outputs/outputs.js';
import {session, whenOpened, type Place} from './sessions.js';

/** What runs in the threads of the built program. */
export const threadScript = new URL('../../dist/export/thread.js', import.meta.url);

if (!existsSync(threadScript)) {
	throw new Error('dist/export/thread.js is missing: run `npm run build` first');
}

/** Something that happens to a file once, just before it is opened, or before it is read: in the middle, if it is large. What it throws the system has said. */
export type Meddling = {readonly opened?: () => void; readonly read?: () => void};

/** By the end of the path. */
export type Meddlings = Readonly<Record<string, Meddling>>;

export type Writer = {
	readonly name: string;
	/** Whether files can be meddled with on the way. */
	readonly canMeddle: boolean;
	/** Whether what it writes can be written over. */
	readonly isFile: boolean;
	readonly write: (place: Place, paths: readonly string[], options?: Omit<ZipExportOptions, 'crew'>, meddlings?: Meddlings) => Promise<Exported & {readonly archive: string}>;
};

const fail = (code: string) => (): never => {
	throw Object.assign(new Error(code), {code});
};

export const failing = fail;

/** Files up to here may be read whole. */
const wholeBytes = 8_388_608;

const createMeddler = (meddlings: Meddlings) => {
	const done = new Set<string>();
	const once = (key: string, action: (() => void) | undefined): void => {
		if (action !== undefined && !done.has(key)) {
			done.add(key);
			action();
		}
	};

	const find = (path: string): [string, Meddling] | undefined => Object.entries(meddlings).find(([ending]) => path.endsWith(ending));
	return {
		opened(path: string): void {
			const [ending, meddling] = find(path) ?? [];
			once(`${ending} opened`, meddling?.opened);
		},
		read(path: string, bytes: number, position: number, length: number): void {
			const [ending, meddling] = find(path) ?? [];
			if (bytes <= wholeBytes || (position > 3_000_000 && length > 100_000)) { // In the middle, but no sample.
				once(`${ending} read`, meddling?.read);
			}
		},
	};
};

/** Puts the meddler between a file that the store opens and who reads it. */
const meddleWith = (meddler: ReturnType<typeof createMeddler>, location: string, file: OpenFile): OpenFile => ({
	...file,
	async read(buffer, position) {
		meddler.read(location, file.facts.bytes, position, buffer.length);
		return file.read(buffer, position);
	},
});

const toFile = (name: string, isThreaded: boolean): Writer => ({
	name,
	canMeddle: !isThreaded,
	isFile: true,
	async write(place, paths, options = {}, meddlings = {}) {
		const meddler = createMeddler(meddlings);
		const opened = new Map<number, {readonly path: string; readonly bytes: number}>();
		const outputs = whenOpened(place.outputs, async (location, openFile) => {
			meddler.opened(location);
			const file = meddleWith(meddler, location, await openFile());
			opened.set(file.handle!.fd, {path: location, bytes: file.facts.bytes});
			return file;
		});
		const meddle = (io: Io): Io => ({
			...io,
			open(path) {
				meddler.opened(path);
				const file = io.open(path);
				opened.set(file.descriptor, {path, bytes: file.stats.size});
				return file;
			},
			read(descriptor, buffer, start, length, position) {
				const {path, bytes} = opened.get(descriptor)!;
				meddler.read(path, bytes, position, length);
				return io.read(descriptor, buffer, start, length, position);
			},
		});
		const crew = isThreaded ? {script: threadScript, count: 3} : {script: undefined, meddle};
		const result = await exportZip(outputs, session, paths, place.destination('a.zip'), {...options, crew});
		return {...result, archive: result.path};
	},
});

let streams = 0;

const toStream: Writer = {
	name: 'a stream',
	canMeddle: true,
	isFile: false,
	async write(place, paths, options = {}, meddlings = {}) {
		const meddler = createMeddler(meddlings);
		const outputs = whenOpened(place.outputs, async (location, openFile) => {
			meddler.opened(location);
			return meddleWith(meddler, location, await openFile());
		});
		const archive = `${place.home}/stream-${++streams}.zip`;
		const stream = createWriteStream(archive);
		const result = await exportToStream(outputs, session, paths, {zip: true}, stream, options);
		await new Promise(resolve => {
			stream.end(resolve);
		});
		return {...result, archive};
	},
};

/** All that write archives. */
export const writers: readonly Writer[] = [toFile('a file', false), toFile('a file, in threads', true), toStream];
