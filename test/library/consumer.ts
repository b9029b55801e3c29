/**
What another program does with the library. It is copied into a project of its own, checked and run there by package.test.ts.
*/
import {createWriteStream} from 'node:fs';
import {Readable} from 'node:stream';
import {
	addOutput,
	cleanupOldSessions,
	endSession,
	exportFile,
	exportZip,
	holdSession,
	keepSession,
	listOutputs,
	listSessions,
	openOutputs,
	resumeSession,
	SessionHeldError,
	SettingError,
	SojournError,
	startSession,
	unkeepSession,
	watchOutputs,
	type CleanupReport,
	type Exported,
	type ListedSession,
	type Output,
	type OutputChange,
	type Session,
	type SojournErrorCode,
} from 'sojourn';

const outputs = await openOutputs('outputs');
const session: Session = await startSession({outputs, label: 'holiday'});
const added: {readonly path: string; readonly bytes: number} = await addOutput({outputs, session, path: 'single/a.txt', source: new TextEncoder().encode('abc')});
await addOutput({outputs, session, path: 'single/b.txt', source: Readable.from(['d', 'e'])});
const listed: Output[] = await listOutputs({outputs, session});
const sessions: ListedSession[] = await listSessions({outputs});
const progress: number[] = [];
const zip: Exported = await exportZip({outputs, session, to: createWriteStream('stream.zip'), signal: AbortSignal.timeout(20_000), onProgress({bytes}) {
	progress.push(bytes);
}});
const file: Exported = await exportFile({outputs, session, path: added.path, to: 'copy.txt'});
const changes: OutputChange[] = [];
for await (const change of watchOutputs({outputs, session, existing: true})) {
	changes.push(change);
	if (changes.length === 2) {
		break;
	}
}

const {keepUntil} = await keepSession({outputs, session, hours: 2});
await unkeepSession({outputs, session});
await resumeSession({outputs, session: 'holiday'});
let code: SojournErrorCode | string = '';
{
	const hold = await holdSession({outputs, session});
	try {
		await endSession({outputs, session});
	} catch (error) {
		code = error instanceof SessionHeldError && error instanceof SojournError ? error.code : String(error);
	}

	await hold.release();
}

const report: CleanupReport = await cleanupOldSessions({outputs, maxAgeHours: 48});
// @ts-expect-error -- a session must be named
await listOutputs({outputs}).catch(() => undefined);
// @ts-expect-error -- hours are a number
const wrong: unknown = await cleanupOldSessions({outputs, maxAgeHours: '48'}).catch((error: unknown) => error instanceof SettingError ? error.setting : error);
await outputs.close();
console.log(JSON.stringify({added, listed: listed.map(({path}) => path), sessions: sessions.length, zip: zip.files, file: file.files, changes: changes.length, keep: typeof keepUntil, code, kept: report.kept.length, wrong}));
