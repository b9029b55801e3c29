import path from 'node:path';
import {atBoundary, openSettled, remember} from './boundary.js';
import type {OpenedOutputs} from './types.js';

/**
Opens an outputs directory, for who does several things with it. It is checked as the commands check it; settings are read once. A directory that is missing stays so until the first session is started.

@param outputs - the directory; by default what the settings say, as for `outputs` of every function
@returns what every function takes as `outputs`; close it when it is needed no more
@throws {ArgumentError} if the directory must be refused: `/`, a home directory, a file, one reached through a link that others can change, or one whose parent is missing
@throws {SettingError} if a setting is not allowed

@example
const outputs = await openOutputs('/srv/sojourn');
const session = await startSession({outputs, label: 'holiday'});
*/
export const openOutputs = async (outputs?: string | {readonly outputs?: string | undefined}): Promise<OpenedOutputs> => atBoundary(async () => {
	const settled = await openSettled(typeof outputs === 'object' && outputs !== null ? outputs.outputs : outputs);
	const opened = await settled.open({mayCreate: false});
	let closing: Promise<void> | undefined;
	const close = async (): Promise<void> => {
		closing ??= settled.close();
		return closing;
	};

	const result: OpenedOutputs = {
		directory: opened?.outputs.location ?? path.resolve(settled.cwd, settled.settings.outputs.value),
		maxAgeHours: settled.settings.maxAgeHours.value,
		...(opened?.danger !== undefined && {danger: `${opened.danger.detail}: ${opened.danger.advice}`}),
		close,
		[Symbol.asyncDispose]: close,
	};
	remember(result, settled);
	return result;
});

