import {shortId} from '../../session/id.js';
import type {ExportRequest} from '../model.js';
import {locate} from './services.js';

/** Where the outputs lie that are to be exported; a session of `''` is the legacy folders. */
export type Source = {readonly session: string; readonly paths: readonly string[]; readonly label: string};

/** In the session that the dialog was about: by now another may be open. */
export const sourceOf = ({paths, session: asked}: Pick<ExportRequest, 'paths' | 'session'>): Source => {
	const {session} = locate(asked?.id, paths[0]!);
	return {
		session,
		paths: paths.map(path => locate(asked?.id, path).path),
		label: session === '' ? 'legacy' : asked?.label ?? shortId(session),
	};
};

/** What an export is named after. */
export const namedOf = ({session, label}: Source): {readonly id: string; readonly label: string} => ({id: session === '' ? 'legacy' : session, label});
