import {reasonOf} from '../../text/errors.js';
import type {Effect} from '../messages.js';
import {createExporter} from './export.js';
import {createFolderReader} from './list-folder.js';
import {createMeasurer} from './measure.js';
import {createFactsReader} from './read-facts.js';
import {createPreviewReader} from './read-preview.js';
import type {Dispatch, Services} from './services.js';
import {countSessions, openChosen} from './sessions.js';

export type Effects = {
	readonly run: (effect: Effect) => void;
	/** Ends what runs in the background, and waits until nothing half-done is left on disk. */
	readonly stop: () => Promise<void>;
};

/** Carries out effects. None of them waits for another, and none blocks the screen. */
export const createEffects = (services: Services, dispatch: Dispatch): Effects => {
	const background = new AbortController();
	const folders = createFolderReader(services, dispatch);
	const facts = createFactsReader(services, dispatch);
	const preview = createPreviewReader(services, dispatch);
	const exporter = createExporter(services, dispatch);
	const marks = createMeasurer(services, (ticket, totals) => {
		dispatch({type: 'marks-measured', ticket, totals});
	});
	const prompt = createMeasurer(services, (ticket, totals) => {
		dispatch({type: 'prompt-measured', ticket, totals});
	});
	let menuCount: AbortController | undefined;
	let sweeping: Promise<void> | undefined;
	let touching: Promise<void> = Promise.resolve();

	const sweep = async (): Promise<void> => {
		try {
			dispatch({type: 'sweep-finished', report: await services.sweep(background.signal)});
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

	return {
		run(effect) {
			switch (effect.type) {
				case 'open-session': {
					menuCount?.abort();
					void openChosen(services, dispatch, effect.item);
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

				case 'read-facts': {
					facts(effect.paths);
					return;
				}

				case 'read-preview': {
					preview.read(effect.path);
					return;
				}

				case 'measure-marks': {
					marks.start(effect.ticket, effect.paths);
					return;
				}

				case 'measure-prompt': {
					prompt.start(effect.ticket, effect.paths);
					return;
				}

				case 'export': {
					exporter.start(effect);
					return;
				}

				case 'cancel-tasks': {
					exporter.cancel();
					return;
				}

				case 'sweep': {
					sweeping = sweep();
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
			folders.stop();
			menuCount?.abort();
			preview.stop();
			marks.stop();
			prompt.stop();
			exporter.cancel();
			await Promise.all([exporter.settled(), sweeping, touching]);
		},
	};
};
