/**
The library: sessions of outputs, their files and their expiry, for programs. It is what the commands do, with the same care, and loads nothing of the terminal.

Every function takes one object of options. `outputs` in it is the outputs directory, by default what the settings say (environment, `config.json`, the deployment's policy); flags are never read, and the command line's current session neither used nor changed. Times are milliseconds since 1970, sizes bytes, ages hours. What fails throws a `SojournError`, whose `code` says what it is about, or the reason of the signal that cancelled it.

@packageDocumentation
*/
export {openOutputs} from './library/outputs.js';
export {
	holdSession,
	keepSession,
	listSessions,
	resumeSession,
	startSession,
	unkeepSession,
} from './library/sessions.js';
export {addOutput, type OutputSource} from './library/add.js';
export {listOutputs} from './library/list.js';
export {watchOutputs} from './library/watching.js';
export {exportFile, exportZip} from './library/exporting.js';
export {cleanupOldSessions, endSession} from './library/removal.js';
export * from './library/errors.js';
export type * from './library/types.js';
