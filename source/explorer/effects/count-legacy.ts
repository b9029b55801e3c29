import {countLegacyFolders} from '../../outputs/legacy-folders.js';
import type {Dispatch, Services} from './services.js';

/** Entries after which counting ends: it is a hint, and must not keep a disk busy for minutes at every start. */
const most = 200_000;

/** Counts what the folders of older deployments hold. */
export const countLegacy = async ({outputs}: Services, dispatch: Dispatch, signal: AbortSignal): Promise<void> => {
	try {
		dispatch({type: 'legacy-counted', legacy: {state: 'ready', value: await countLegacyFolders(outputs, {signal, most})}});
	} catch {
		// The screen is closed.
	}
};
