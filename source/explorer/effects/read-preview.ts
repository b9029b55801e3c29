import type {Preview} from '../../preview/shapes.js';
import type {Workshop} from '../../preview/source.js';
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
	let workshop: (Workshop & {readonly close: () => void}) | undefined;
	let timer: NodeJS.Timeout | undefined;
	/** What is being read, or about to be. */
	let reading: string | undefined;
	let isAgain = false;

	const openWorkshop = async (): Promise<Workshop> => {
		const {createWorkshop} = await import('../../preview/workshop.js');
		workshop ??= createWorkshop(new URL(import.meta.workerScript ?? '', import.meta.url));
		return workshop;
	};

	/** Nothing that reads files is loaded before a file is to be read. */
	const readKind = async (path: string, signal: AbortSignal): Promise<Preview> => {
		const {readPreview} = await import('../../preview/preview.js');
		return readPreview(services.outputs, outputsPath(services, path), {
			signal, colours: services.colours, cell: services.cell?.(), workshop: import.meta.workerScript === undefined ? undefined : openWorkshop,
		});
	};

	const load = async (path: string, signal: AbortSignal): Promise<void> => {
		const tell = whileOpen(services, dispatch);
		try {
			const preview = path === 'legacy' ? await previewLegacy(services) : await readKind(path, signal);
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
			begin(path);
		}
	};

	const cancel = (): void => {
		controller?.abort();
		clearTimeout(timer);
		reading = undefined;
		isAgain = false;
	};

	const begin = (path: string): void => {
		cancel();
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
		stop() {
			cancel();
			workshop?.close();
		},
		read(path, {isRefresh = false} = {}) {
			if (isRefresh && path === reading) {
				isAgain = true; // A file that never rests would else never be read to an end.
			} else {
				begin(path);
			}
		},
	};
};
