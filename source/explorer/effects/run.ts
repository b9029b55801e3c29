import {reasonOf} from '../../text/errors.js';
import type {Effect} from '../messages.js';
import {countSession, endSession, keepSession, labelSession, readOwnSession, trySweep} from './administer.js';
import {countLegacy} from './count-legacy.js';
import {createExporter} from './export.js';
import {createFilter} from './filter.js';
import {copyText, openWith} from './hand-over.js';
import {createFolderReader} from './list-folder.js';
import {createSessionsReader} from './list-sessions.js';
import {createMeasurer} from './measure.js';
import {createFolderMeasurer} from './measure-folders.js';
import type {Prompting} from './prompt.js';
import {createFactsReader} from './read-facts.js';
import {createPreviewReader} from './read-preview.js';
import {createSortFactsReader} from './read-sort-facts.js';
import {createRemover} from './remove.js';
import {createFileSender, tellDownload} from './send.js';
import type {Dispatch, Services} from './services.js';
import {createFolderWatcher} from './watch-folders.js';
import {countSessions, lookInto, openChosen} from './sessions.js';

export type Effects = {
	readonly run: (effect: Effect) => void;
	/** Ends what runs in the background, and waits until nothing half-done is left on disk. */
	readonly stop: () => Promise<void>;
};

/** Carries out effects. None of them waits for another, and none blocks the screen. */
export const createEffects = (services: Services, dispatch: Dispatch): Effects => {
	const background = new AbortController();
	const folders = createFolderReader(services, dispatch, async path => watches.whenWatched(path));
	const watches = createFolderWatcher(services, dispatch, folders);
	const facts = createFactsReader(services, dispatch);
	const preview = createPreviewReader(services, dispatch);
	const sessions = createSessionsReader(services, dispatch);
	const filter = createFilter(services, dispatch);
	const folderSizes = createFolderMeasurer(services, dispatch);
	const sortFacts = createSortFactsReader(services, dispatch);
	const remover = createRemover(services, dispatch);
	const sender = createFileSender(services, dispatch);
	let trial: AbortController | undefined;
	let ending: Promise<void> = Promise.resolve();
	const exporter = createExporter(services, dispatch);
	const marks = createMeasurer(services, ticket => ({
		report(totals) {
			dispatch({type: 'marks-measured', ticket, totals});
		},
	}));
	let prompting: Prompting | undefined;
	let loading: Promise<void> | undefined;

	/** Loaded when the first dialog opens: the screen needs none of it. */
	const withPrompt = async (use: (prompting: Prompting) => void): Promise<void> => {
		loading ??= (async () => {
			const {createPrompting} = await import('./prompt.js');
			prompting = createPrompting(services, dispatch);
		})();
		await loading;
		if (!background.signal.aborted) {
			use(prompting!);
		}
	};

	let menuCount: AbortController | undefined;
	let sweeping: Promise<void> | undefined;
	let touching: Promise<void> = Promise.resolve();

	const sweep = async (before: Promise<void> | undefined, isAll: boolean): Promise<void> => {
		await before;
		try {
			dispatch({type: 'sweep-finished', report: await services.sweep(background.signal, isAll), isAskedFor: isAll});
		} catch (error) {
			if (!background.signal.aborted) {
				dispatch({type: 'sweep-failed', problem: `the sweep failed: ${reasonOf(error)}`});
			}
		}
	};

	const touch = async (before: Promise<void>, at: number): Promise<void> => {
		await before;
		try {
			await services.touch(at);
			dispatch({type: 'touched', at});
		} catch (error) {
			dispatch({type: 'touch-failed', problem: `the session's activity cannot be noted: ${reasonOf(error)}`});
		}
	};

	const hold = async (): Promise<void> => {
		try {
			await services.hold();
		} catch (error) {
			dispatch({type: 'hold-failed', problem: reasonOf(error)});
		}
	};

	/** One removal after the other: none is cut short when the screen closes. */
	const endAfter = async (before: Promise<void>, effect: Extract<Effect, {type: 'end-session'}>): Promise<void> => {
		await before;
		await endSession(services, dispatch, effect);
	};

	return {
		run(effect) {
			switch (effect.type) {
				case 'open-session': {
					menuCount?.abort();
					void openChosen(services, dispatch, effect.session);
					return;
				}

				case 'look-into': {
					void lookInto(services, dispatch, effect.row);
					return;
				}

				case 'leave': {
					void services.leave();
					return;
				}

				case 'list-sessions': {
					sessions.read(effect.ticket);
					return;
				}

				case 'stop-listing-sessions': {
					sessions.stop();
					filter.end();
					sortFacts.stop();
					folderSizes.stop();
					remover.cancel();
					return;
				}

				case 'count-session': {
					void countSession(services, dispatch, effect);
					return;
				}

				case 'keep-session': {
					void keepSession(services, dispatch, effect);
					return;
				}

				case 'label-session': {
					void labelSession(services, dispatch, effect);
					return;
				}

				case 'end-session': {
					ending = endAfter(ending, effect);
					return;
				}

				case 'try-sweep': {
					trial?.abort();
					trial = new AbortController();
					void trySweep(services, dispatch, effect, trial.signal);
					return;
				}

				case 'begin-filter': {
					filter.begin(effect.withHidden);
					return;
				}

				case 'filter': {
					filter.ask(effect);
					return;
				}

				case 'end-filter': {
					filter.end();
					return;
				}

				case 'read-sort-facts': {
					sortFacts.read(effect);
					return;
				}

				case 'read-own-session': {
					void readOwnSession(services, dispatch);
					return;
				}

				case 'remove': {
					remover.start(effect);
					return;
				}

				case 'copy': {
					copyText(services, dispatch, effect);
					return;
				}

				case 'open-with': {
					void openWith(services, dispatch, effect);
					return;
				}

				case 'measure-folders': {
					folderSizes.want(effect.paths);
					return;
				}

				case 'count-legacy': {
					void countLegacy(services, dispatch, background.signal);
					return;
				}

				case 'count-sessions': {
					menuCount = new AbortController();
					void countSessions(services, dispatch, effect.menu, menuCount.signal);
					return;
				}

				case 'list-folder': {
					folders.read(effect);
					return;
				}

				case 'watch-folders': {
					watches.follow(effect);
					return;
				}

				case 'read-facts': {
					facts(effect.paths);
					return;
				}

				case 'read-preview': {
					preview.read(effect.path, effect);
					return;
				}

				case 'measure-marks': {
					marks.start(effect.ticket, effect.paths, services.current()?.id);
					return;
				}

				case 'measure-prompt': {
					void withPrompt(({measure}) => {
						measure(effect);
					});
					return;
				}

				case 'look-at-destination': {
					void withPrompt(({look}) => {
						look(effect);
					});
					return;
				}

				case 'complete-destination': {
					void withPrompt(({complete}) => {
						complete(effect);
					});
					return;
				}

				case 'stop-prompt': {
					void withPrompt(({stop}) => {
						stop();
					});
					return;
				}

				case 'export': {
					exporter.start(effect);
					return;
				}

				case 'send': {
					sender.start(effect);
					return;
				}

				case 'tell-download': {
					tellDownload(services, dispatch, effect);
					return;
				}

				case 'cancel-task': {
					exporter.cancel(effect.id);
					sender.cancel(effect.id);
					remover.cancel(effect.id);
					return;
				}

				case 'cancel-tasks': {
					exporter.cancel();
					sender.cancel();
					remover.cancel();
					return;
				}

				case 'sweep': {
					sweeping = sweep(sweeping, effect.isAll ?? false);
					return;
				}

				case 'touch': {
					touching = touch(touching, effect.at);
					return;
				}

				case 'hold': {
					void hold();
					return;
				}

				case 'release': {
					void services.release();
					return;
				}

				case 'suspend': {
					services.suspend();
				}
			}
		},
		async stop() {
			background.abort();
			watches.stop();
			folders.stop();
			menuCount?.abort();
			sessions.stop();
			filter.end();
			sortFacts.stop();
			folderSizes.stop();
			remover.cancel();
			trial?.abort();
			preview.stop();
			marks.stop();
			prompting?.stop();
			exporter.cancel();
			sender.cancel();
			await Promise.all([exporter.settled(), sender.settled(), remover.settled(), sweeping, touching, ending]);
		},
	};
};
