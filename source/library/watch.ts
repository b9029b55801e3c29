import type {Facts, Outputs} from '../outputs/outputs.js';
import {joinPath, parentOf} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {codeOf} from '../text/errors.js';
import {isNothing, outputOf} from './look.js';
import type {Output, OutputChange} from './types.js';

const partNames: readonly string[] = parts;

/** Milliseconds for which changes are collected, and after which what cannot be watched is looked at again. */
const patience = 50;
const pause = 2000;

const isSame = (a: Output, b: Output): boolean => a.bytes === b.bytes && a.modifiedAt === b.modifiedAt;

/** What is known of one session's outputs, and who tells of changes to them. Folders are known by their paths, `''` is the session. */
export class OutputsWatch {
	private readonly folders = new Map<string, {readonly entries: Map<string, Output>; readonly controller: AbortController}>();
	private readonly changed = new Set<string>();
	private wake: (() => void) | undefined;
	private isPolling = false;

	constructor(private readonly outputs: Outputs, private readonly id: string, private readonly signal: AbortSignal) {}

	/** Takes note of all that is there. */
	async start(): Promise<OutputChange[]> {
		return this.look('');
	}

	/** The next changes; `undefined` when the session is gone or the signal is aborted. */
	async next(): Promise<OutputChange[] | undefined> {
		while (!this.signal.aborted) {
			if (!this.folders.has('')) {
				return undefined;
			}

			await this.untilChanged();
			const folders = this.isPolling ? [...this.folders.keys()] : [...this.changed].sort();
			this.changed.clear();
			const changes: OutputChange[] = [];
			for (const folder of folders) {
				if (this.folders.has(folder)) {
					changes.push(...await this.look(folder));
				}
			}

			if (changes.length > 0) {
				return changes;
			}
		}

		return undefined;
	}

	stop(): void {
		for (const {controller} of this.folders.values()) {
			controller.abort();
		}

		this.folders.clear();
	}

	/** The timers keep the process alive: who watches wants to hear. */
	private async untilChanged(): Promise<void> {
		await this.wait(this.isPolling ? pause : 2 ** 30, this.changed.size > 0);
		await this.wait(patience, this.signal.aborted, false);
	}

	private async wait(milliseconds: number, isOver: boolean, endsWithChange = true): Promise<void> {
		if (isOver || this.signal.aborted) {
			return;
		}

		const {promise, resolve} = Promise.withResolvers<void>();
		const end = (): void => {
			resolve();
		};

		const timer = setTimeout(end, milliseconds);
		this.signal.addEventListener('abort', end);
		this.wake = endsWithChange ? end : undefined;
		await promise;
		this.wake = undefined;
		clearTimeout(timer);
		this.signal.removeEventListener('abort', end);
	}

	private locate(folder: string): string {
		return folder === '' ? this.id : `${this.id}/${folder}`;
	}

	private async begin(folder: string): Promise<{readonly entries: Map<string, Output>}> {
		const known = this.folders.get(folder);
		if (known !== undefined) {
			return known;
		}

		const controller = new AbortController();
		const begun = {entries: new Map<string, Output>(), controller};
		this.folders.set(folder, begun);
		try {
			await this.outputs.watch(this.locate(folder), {
				signal: controller.signal,
				onChange: () => {
					this.changed.add(folder);
					this.wake?.();
				},
			});
		} catch (error) {
			// Gone, which the look tells; or nobody tells of changes here, or of no more.
			this.isPolling ||= !isNothing(error);
		}

		return begun;
	}

	private async read(folder: string): Promise<Map<string, Output>> {
		const names: string[] = [];
		for await (const chunk of this.outputs.list(this.locate(folder), {signal: this.signal})) {
			names.push(...chunk.map(({name}) => name).filter(name => folder !== '' || partNames.includes(name)));
		}

		const facts: ReadonlyMap<string, Facts> = await this.outputs.statEntries(this.locate(folder), names, {signal: this.signal});
		return new Map([...facts].map(([name, found]) => [name, outputOf(joinPath(folder, name), found)]));
	}

	/** Compares a folder, and those in it that are new, with what was known. */
	private async look(folder: string): Promise<OutputChange[]> {
		// Watched before it is read: what changes in between is told.
		const {entries} = await this.begin(folder);
		let found: Map<string, Output>;
		try {
			found = await this.read(folder);
		} catch (error) {
			if (this.signal.aborted) {
				return [];
			}

			if (isNothing(error)) {
				return this.forget(folder);
			}

			// What must not be read stays as it was.
			if (['EACCES', 'EPERM'].includes(codeOf(error) ?? '')) {
				return [];
			}

			throw error;
		}

		const changes: OutputChange[] = [];
		const tell = (change: OutputChange['change'], output: Output): void => {
			if (folder !== '') {
				changes.push({change, output});
			}
		};

		for (const [name, output] of entries) {
			const now = found.get(name);
			if (now?.type !== output.type) {
				entries.delete(name);
				if (output.type === 'directory') {
					changes.push(...this.forget(output.path));
				}

				tell('removed', output);
			}
		}

		for (const [name, output] of found) {
			const before = entries.get(name);
			entries.set(name, output);
			if (before === undefined) {
				tell('added', output);
			} else if (output.type !== 'directory' && !isSame(before, output)) {
				tell('changed', output);
			}

			if (output.type === 'directory' && (before === undefined || !this.folders.has(output.path))) {
				changes.push(...await this.look(output.path));
			}
		}

		return changes;
	}

	/** A folder is gone, and with it all that lay below. */
	private forget(folder: string): OutputChange[] {
		const changes: OutputChange[] = [];
		for (const [path, {entries, controller}] of [...this.folders].toReversed()) {
			if (path === folder || folder === '' || path.startsWith(`${folder}/`)) {
				controller.abort();
				this.folders.delete(path);
				changes.push(...[...entries.values()].filter(output => parentOf(output.path) !== '').map(output => ({change: 'removed' as const, output})));
			}
		}

		return changes;
	}
}
