import {readPreview, type Preview} from '../../preview/preview.js';
import {reasonOf} from '../../text/errors.js';
import {outputsPath, whileOpen, type Dispatch, type Services} from './services.js';

/** Milliseconds that keys must rest before a preview is read: who runs through a list does not read every file in it. */
const rest = 40;

/** The legacy row stands for two folders of the outputs directory, in which are the sessions of all users, too. */
const previewLegacy = async (services: Services): Promise<Preview> => ({
	kind: 'facts',
	title: 'folders of an older deployment',
	details: ['shared by all users; here to look at and to export,', 'never swept'],
	facts: await services.outputs.stat(''),
});

/** Reads previews, one at a time: the next ends the one before. */
export const createPreviewReader = (services: Services, dispatch: Dispatch): {readonly read: (path: string, options?: {readonly isRefresh?: boolean | undefined}) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	let timer: NodeJS.Timeout | undefined;
	/** What is being read, or about to be. */
	let reading: string | undefined;
	let isAgain = false;

	const load = async (path: string, signal: AbortSignal): Promise<void> => {
		const tell = whileOpen(services, dispatch);
		try {
			const preview = path === 'legacy' ? await previewLegacy(services) : await readPreview(services.outputs, outputsPath(services, path), {signal});
			if (!signal.aborted) {
				tell({type: 'preview-read', path, preview});
			}
		} catch (error) {
			if (!signal.aborted) {
				tell({type: 'preview-failed', path, problem: reasonOf(error)});
			}
		}

		if (signal.aborted) {
			return;
		}

		reading = undefined;
		if (isAgain) {
			read(path);
		}
	};

	const stop = (): void => {
		controller?.abort();
		clearTimeout(timer);
		reading = undefined;
		isAgain = false;
	};

	const read = (path: string): void => {
		stop();
		if (path.endsWith('/')) {
			return;
		}

		controller = new AbortController();
		const {signal} = controller;
		reading = path;
		timer = setTimeout(() => {
			void load(path, signal);
		}, rest);
	};

	return {
		stop,
		read(path, {isRefresh = false} = {}) {
			if (isRefresh && path === reading) {
				isAgain = true; // A file that never rests would else never be read to an end.
			} else {
				read(path);
			}
		},
	};
};
