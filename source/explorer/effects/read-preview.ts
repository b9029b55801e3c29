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
export const createPreviewReader = (services: Services, dispatch: Dispatch): {readonly read: (path: string) => void; readonly stop: () => void} => {
	let controller: AbortController | undefined;
	let workshop: (Workshop & {readonly close: () => void}) | undefined;
	let timer: NodeJS.Timeout | undefined;

	const openWorkshop = async (): Promise<Workshop> => {
		const {createWorkshop} = await import('../../preview/workshop.js');
		workshop ??= createWorkshop(new URL(import.meta.workerScript ?? '', import.meta.url));
		return workshop;
	};

	/** Nothing that reads files is loaded before a file is to be read. */
	const read = async (path: string, signal: AbortSignal): Promise<Preview> => {
		const {readPreview} = await import('../../preview/preview.js');
		return readPreview(services.outputs, outputsPath(services, path), {
			signal, colours: services.colours, workshop: import.meta.workerScript === undefined ? undefined : openWorkshop,
		});
	};

	const load = async (path: string, signal: AbortSignal): Promise<void> => {
		const tell = whileOpen(services, dispatch);
		try {
			const preview = path === 'legacy' ? await previewLegacy(services) : await read(path, signal);
			if (!signal.aborted) {
				tell({type: 'preview-read', path, preview});
			}
		} catch (error) {
			if (!signal.aborted) {
				tell({type: 'preview-failed', path, problem: reasonOf(error)});
			}
		}
	};

	const cancel = (): void => {
		controller?.abort();
		clearTimeout(timer);
	};

	return {
		stop() {
			cancel();
			workshop?.close();
		},
		read(path) {
			cancel();
			if (path.endsWith('/')) {
				return;
			}

			controller = new AbortController();
			const {signal} = controller;
			timer = setTimeout(() => {
				void load(path, signal);
			}, rest);
		},
	};
};
