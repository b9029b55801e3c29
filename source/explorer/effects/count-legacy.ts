import type {Dispatch, Services} from './services.js';

/** Entries after which counting ends: it is a hint, and must not keep a disk busy for minutes at every start. */
const mostEntries = 200_000;

/** Counts what the folders of older deployments hold. */
export const countLegacy = async ({outputs}: Services, dispatch: Dispatch, signal: AbortSignal): Promise<void> => {
	let [files, bytes, entries] = [0, 0, 0];
	for (const part of ['single', 'bulk']) {
		try {
			for await (const chunk of outputs.walk(part, {signal})) {
				entries += chunk.length;
				for (const entry of chunk) {
					if ('facts' in entry && entry.facts.type === 'file') {
						files++;
						bytes += entry.facts.bytes;
					}
				}

				if (entries > mostEntries) {
					dispatch({type: 'legacy-counted', legacy: {state: 'ready', value: {files, bytes, isCut: true}}});
					return;
				}
			}
		} catch {
			if (signal.aborted) {
				return; // Else that one is not there.
			}
		}
	}

	dispatch({type: 'legacy-counted', legacy: {state: 'ready', value: {files, bytes, isCut: false}}});
};
