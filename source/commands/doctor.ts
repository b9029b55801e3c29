import process from 'node:process';
import {Directory} from '../files/descriptor.js';
import {Failure, reasonOf} from '../text/errors.js';
import {printableText} from '../text/printable.js';
import type {Context, Opened} from './context.js';
import {bad, good, type Check} from './doctor/check.js';
import {
	checkControl,
	checkDisk,
	checkOther,
	checkPolicy,
	checkReach,
	checkTime,
	checkTrash,
	checkWriting,
	type Place,
} from './doctor/directory.js';
import {checkClockAlone, checkFlock, checkPlaces, checkProgram, checkSight, checkTerminal} from './doctor/machine.js';
import {checkSessions} from './doctor/sessions.js';

const sourceNames = {flag: 'a flag', environment: 'the environment', config: 'config.json', policy: 'the deployment\'s policy', default: 'the default'} as const;

const checkSettings = ({settings: {outputs, maxAgeHours}}: Context): Check =>
	good('settings', `sessions expire after ${maxAgeHours.value} hours (${sourceNames[maxAgeHours.source]}); the outputs directory is from ${sourceNames[outputs.source]}`);

const checkDirectory = (directory: string, {danger}: Opened): Check => danger === undefined
	? good('outputs', directory)
	: bad('outputs', danger.detail, danger.advice);

/** A look that fails is a finding, too, and stops no other. */
const guarded = async (name: string, action: () => Promise<Check | readonly Check[] | undefined>): Promise<readonly Check[]> => {
	try {
		const found = await action();
		return found === undefined ? [] : [found].flat();
	} catch (error) {
		return [bad(name, `it could not be looked at: ${reasonOf(error)}`, 'see that this user may read it')];
	}
};

const examine = async (context: Context): Promise<Check[]> => {
	const opened = await context.open({mayCreate: false});
	const directory = opened?.outputs.local?.directory;
	const checks: Check[] = [checkProgram(), checkSettings(context)];
	if (opened === undefined || directory === undefined) {
		checks.push(good('outputs', `${context.settings.outputs.value} is not there yet: the first session makes it`), checkClockAlone(context.now()));
	} else {
		const root = await Directory.open(directory);
		try {
			const place: Place = {context, directory, root};
			checks.push(checkDirectory(directory, opened));
			for (const [name, look] of [['policy', checkPolicy], ['writing', checkWriting], ['reach', checkReach], ['disk', checkDisk], ['control', checkControl], ['clock', checkTime], ['leftovers', checkTrash]] as const) {
				checks.push(...await guarded(name, async () => look(place)));
			}

			checks.push(...await guarded('sessions', async () => checkSessions(context, opened.outputs)));
		} finally {
			await root.close();
		}
	}

	checks.push(...await guarded('locks', checkFlock), ...await guarded('open files', async () => checkSight(context)), ...await guarded('other outputs', async () => checkOther(context, directory)), ...await guarded('state', async () => checkPlaces(context.places)), checkTerminal(context, context.settings.look));
	return checks;
};

const column = 14;

const toText = (checks: readonly Check[]): string => checks.map(({name, ok, detail, advice}) => {
	const head = `${ok ? 'ok' : '!!'}  ${name.padEnd(column)}${printableText(detail)}\n`;
	return advice === undefined ? head : `${head}${' '.repeat(4 + column)}${ok ? '' : 'to do: '}${printableText(advice)}\n`;
}).join('');

const tell = ({flags, stdout}: Pick<Context, 'flags' | 'stdout'>, checks: readonly Check[]): boolean => {
	const ok = checks.every(check => check.ok);
	stdout.write(flags.json
		? `${JSON.stringify({ok, checks: checks.map(({name, ok: isGood, detail, advice}) => ({name, ok: isGood, detail, advice: advice ?? null}))}, undefined, '\t')}\n`
		: toText(checks));
	return ok;
};

/** `sojourn doctor`: says what is wrong with the set-up, and what to do. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('doctor takes no arguments', 2);
	}

	return tell(context, await examine(context)) ? 0 : 1;
};

/** What can be said where the settings are so wrong that no other command runs. @returns the exit code of that failure */
export const runWithoutSettings = async (flags: Context['flags'], failure: Failure): Promise<number> => {
	tell({flags, stdout: process.stdout}, [
		checkProgram(),
		bad('settings', failure.message, 'mend that first: until then every command ends with this'),
		checkClockAlone(Date.now()),
		...await guarded('locks', checkFlock),
		checkTerminal({stdin: process.stdin, stdout: process.stdout, environment: process.env}),
	]);
	return failure.exitCode;
};
