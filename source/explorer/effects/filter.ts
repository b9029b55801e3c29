import type {EntryType} from '../../outputs/outputs.js';
import {parts} from '../../outputs/read-session.js';
import type {Effect, Message} from '../messages.js';
import {whileOpen, type Dispatch, type Services} from './services.js';

/** Milliseconds of work after which keys get their turn. */
const slice = 8;

/** Paths that are compared between two looks at the clock. */
const handful = 1000;

/** Finds that are told at most: nobody scrolls through more. */
const most = 500;

/** Milliseconds between two answers to one question. */
const interval = 60;

type Indexed = {readonly path: string; readonly type: EntryType};

type Find = {readonly score: number; readonly entry: Indexed; readonly matched: readonly number[]};

const nextTurn = async (): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	setImmediate(resolve);
	return promise;
};

const isHidden = (path: string): boolean => path.split('/').some(name => name.startsWith('.'));

/** The whole session by its paths, as far as it has been read through. */
class Index {
	readonly entries: Indexed[] = [];
	isComplete = false;
	readonly controller = new AbortController();

	constructor(private readonly services: Services, private readonly id: string, private readonly withHidden: boolean) {}

	async read(): Promise<void> {
		const {signal} = this.controller;
		for (const part of parts) {
			try {
				for await (const chunk of this.services.outputs.walk(`${this.id}/${part}`, {signal})) {
					for (const entry of chunk) {
						const path = entry.path.slice(this.id.length + 1);
						if ('facts' in entry && path !== part && (this.withHidden || !isHidden(path))) {
							this.entries.push({path, type: entry.facts.type});
						}
					}
				}
			} catch {
				if (signal.aborted) {
					return; // Else that part is not there.
				}
			}
		}

		this.isComplete = true;
	}
}

/** Looks for a text in all that is indexed, and in what is indexed meanwhile; tells the best so far now and then, and at the end. */
const search = async (index: Index, {ticket, text}: Extract<Effect, {type: 'filter'}>, signal: AbortSignal, tell: (message: Message) => void): Promise<void> => {
	const {default: fuzzysort} = await import('fuzzysort');
	let best: Find[] = [];
	let total = 0;
	let position = 0;
	let toldAt = performance.now();
	let turn = toldAt;
	const report = (isComplete: boolean): void => {
		toldAt = performance.now();
		tell({
			type: 'filter-found',
			ticket,
			total,
			isComplete,
			rows: best.map(({entry, matched}) => ({path: entry.path, name: entry.path, depth: 0, type: entry.type, isExpanded: false, matched})),
		});
	};

	while (!signal.aborted && !index.controller.signal.aborted) {
		const some = index.entries.slice(position, position + handful);
		const isEnd = some.length === 0 && index.isComplete;
		if (isEnd) {
			report(true);
			return;
		}

		position += some.length;
		const found = fuzzysort.go(text, some, {key: 'path', limit: most, threshold: 0});
		total += found.total;
		// What it remembers of each path would take more room than the paths.
		fuzzysort.cleanup();
		if (found.length > 0) {
			best = [...best, ...found.map(({score, obj, indexes}) => ({score, entry: obj, matched: [...indexes]}))]
				.sort((a, b) => b.score - a.score)
				.slice(0, most);
		}

		if (performance.now() - turn > slice || some.length === 0) {
			if (performance.now() - toldAt > interval) {
				report(false);
			}

			await nextTurn();
			turn = performance.now();
		}
	}
};

/** The fuzzy filter: reads through the open session once, and answers what is typed; a new question ends the one before. */
export const createFilter = (services: Services, dispatch: Dispatch): {readonly begin: (withHidden: boolean) => void; readonly ask: (effect: Extract<Effect, {type: 'filter'}>) => void; readonly end: () => void} => {
	let index: Index | undefined;
	let asking: AbortController | undefined;

	const end = (): void => {
		index?.controller.abort();
		asking?.abort();
		index = undefined;
	};

	const begin = (withHidden: boolean): void => {
		end();
		const id = services.current()?.id;
		if (id !== undefined) {
			index = new Index(services, id, withHidden);
			void index.read();
		}
	};

	return {
		begin,
		end,
		ask(effect) {
			if (index === undefined) {
				begin(effect.withHidden);
			}

			asking?.abort();
			asking = new AbortController();
			if (index !== undefined) {
				void search(index, effect, asking.signal, whileOpen(services, dispatch));
			}
		},
	};
};
