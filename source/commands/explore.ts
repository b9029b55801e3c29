import path from 'node:path';
import type {WriteStream} from 'node:tty';
import {createEffects} from '../explorer/effects/run.js';
import type {Services} from '../explorer/effects/services.js';
import {createLoop} from '../explorer/loop.js';
import type {Effect} from '../explorer/messages.js';
import type {Menu, MenuItem, Model, OpenSession} from '../explorer/model.js';
import {initialModel} from '../explorer/initial-model.js';
import {assess} from '../outputs/assess.js';
import type {Outputs} from '../outputs/outputs.js';
import {readSession, type Session} from '../outputs/read-session.js';
import {checkUsable, findSession, listSessions, startSession, touchSession} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {Failure, reasonOf} from '../text/errors.js';
import {formatDuration} from '../text/age.js';
import {printable} from '../text/printable.js';
import {currentSession, nameSession} from './choose.js';
import type {Context, Opened} from './context.js';
import {run as runLs} from './ls.js';
import {note, warn} from './report.js';
import {policyOf, sweepOwn} from './sweep.js';

const toOpen = (session: Session, uid: number, lastActiveAt: number): OpenSession => ({
	id: session.id,
	isOwn: session.uid === uid,
	lastActiveAt,
	...(session.marker?.label === undefined ? {} : {label: session.marker.label}),
	...(session.marker?.keepUntil === undefined ? {} : {keepUntil: session.marker.keepUntil}),
});

/** Notes activity in the marker as it is now: another program may have changed it. */
const touch = async (outputs: Outputs, id: string, at: number): Promise<Session> => {
	const session = await readSession(outputs, id);
	if (session === undefined) {
		throw new Failure(`the session ${shortId(id)} is gone: it was removed meanwhile`);
	}

	return touchSession(outputs, session, at);
};

/** Resumes one's own session, or opens somebody else's to look at, of which nothing is written or remembered. */
const resume = async (context: Context, outputs: Outputs, session: Session, lastActiveAt: number): Promise<OpenSession> => {
	if (session.uid !== context.uid) {
		return toOpen(session, context.uid, lastActiveAt);
	}

	const touched = await touch(outputs, session.id, context.now());
	await context.memory.remember(outputs.location, session.id);
	return toOpen(touched, context.uid, context.now());
};

const start = async (context: Context, outputs: Outputs): Promise<OpenSession> => {
	const session = await startSession(outputs, {now: context.now(), uid: context.uid});
	await context.memory.remember(outputs.location, session.id);
	return toOpen(session, context.uid, context.now());
};

type Beginning = {
	readonly session?: OpenSession;
	readonly menu?: Menu;
	readonly notice?: string;
	readonly hasLegacy: boolean;
};

/** The sessions that can be resumed, the current one first; what has expired is not among them. */
const menuOf = async (context: Context, outputs: Outputs, sessions: readonly Session[]): Promise<Menu> => {
	const recalled = await context.memory.recall(outputs.location);
	const policy = policyOf(context);
	let remark: string | undefined;
	const looked = await Promise.all(sessions.filter(({problem}) => problem === undefined).map(async (session): Promise<MenuItem[]> => {
		const {state, evidence} = await assess(outputs, session, policy, {isQuick: true, signal: context.signal});
		const isCurrent = session.id === recalled;
		const lastActiveAt = evidence?.time ?? policy.now;
		if (state !== 'expired') {
			return [{session, isCurrent, lastActiveAt}];
		}

		if (isCurrent) {
			remark = `your last session, ${nameSession(session)}, has expired: it was last active ${formatDuration(policy.now - lastActiveAt)} ago`;
		}

		return [];
	}));
	const items = looked.flat().sort((a, b) => a.isCurrent === b.isCurrent ? b.lastActiveAt - a.lastActiveAt : Number(b.isCurrent) - Number(a.isCurrent));
	return {items, index: 0, isBusy: false, ...(remark === undefined ? {} : {remark})};
};

const begin = async (context: Context, {outputs}: Opened): Promise<Beginning> => {
	const {flags, settings, uid} = context;
	if (flags.new && flags.session !== undefined) {
		throw new Failure('--new and --session contradict each other: give one of them', 2);
	}

	const {sessions, hasLegacy} = await listSessions(outputs, {uid, isAll: flags.all ?? false});
	if (settings.session !== undefined && !flags.new) {
		const session = checkUsable(findSession(sessions, settings.session.value));
		return {session: await resume(context, outputs, session, session.marker?.lastActiveAt ?? context.now()), hasLegacy};
	}

	const menu = flags.new ? undefined : await menuOf(context, outputs, sessions);
	if (menu !== undefined && menu.items.length > 0) {
		return {menu, hasLegacy};
	}

	const session = await start(context, outputs);
	return {session, notice: menu?.remark ?? `started session ${shortId(session.id)}`, hasLegacy};
};

/** The default destination, as the export dialog shows it: in full, so that nobody has to know where they are. */
const shownDestination = ({settings, cwd, home}: Context): string => {
	const {value} = settings.exportTo;
	const place = path.resolve(cwd, value === '-' ? '.' : value);
	if (printable(place) !== place) {
		return '.';
	}

	return home !== '/' && (place === home || place.startsWith(`${home}/`)) ? `~${place.slice(home.length)}` : place;
};

const openingModel = (context: Context, {menu, notice}: Beginning, roots: readonly string[], size: Model['size'], warning: string | undefined): Model => {
	const text = warning ?? notice;
	return initialModel({
		size,
		roots,
		now: context.now(),
		timeoutHours: context.settings.maxAgeHours.value,
		exportTo: shownDestination(context),
		...(menu !== undefined && {menu}),
		...(text !== undefined && {notice: {text: printable(text), kind: warning === undefined ? 'info' : 'problem'}}),
	});
};

/** 128 and the number of SIGHUP: the terminal is gone. */
const hungUp = 129;

/** Milliseconds between two looks at the clock: the time left is shown in minutes. */
const tick = 15_000;

/** Runs the explorer on a terminal. @returns the exit code */
const explore = async (context: Context): Promise<number> => {
	const screenModule = import('../ui/screen.js');
	const opened = (await context.open({mayCreate: true}))!;
	const {outputs} = opened;
	const beginning = await begin(context, opened);
	const roots = ['single', 'bulk', ...(beginning.hasLegacy ? ['legacy'] : [])];
	const {openScreen, sizeOf} = await screenModule;
	const stdout = context.stdout as WriteStream;
	const loop = createLoop(openingModel(context, beginning, roots, sizeOf(stdout), opened.warning));
	let suspend: (() => void) | undefined; // eslint-disable-line prefer-const -- known when the screen is open
	const services: Services = {
		outputs,
		roots,
		openSession: async item => item === 'new'
			? {session: await start(context, outputs), isNew: true}
			: {session: await resume(context, outputs, item.session, item.lastActiveAt), isNew: false},
		current: () => loop.model().session,
		async touch(at) {
			const {session} = loop.model();
			if (session?.isOwn) {
				await touch(outputs, session.id, at);
			}
		},
		sweep: async signal => sweepOwn(context, opened, beginning.session?.id, signal),
		policy: () => policyOf(context),
		now: context.now,
		cwd: context.cwd,
		home: context.home,
		suspend: () => suspend?.(),
	};
	const effects = createEffects(services, loop.dispatch);
	const first: Effect[] = [
		...(beginning.menu === undefined ? [] : [{type: 'count-sessions', menu: beginning.menu} as const]),
		...(context.flags.noSweep ? [] : [{type: 'sweep'} as const]),
	];
	loop.begin(effects);
	if (beginning.session !== undefined) {
		// The folders are asked for before the screen is drawn: mostly the first frame has them.
		loop.dispatch({type: 'session-opened', session: beginning.session, roots, isNew: false});
	}

	let crash: unknown;
	const ended = Promise.withResolvers<number>();
	const screen = openScreen(loop, {
		stdin: context.stdin,
		stdout,
		hasColor: !context.settings.noColor,
		onCrash(error) {
			crash = error;
			ended.resolve(1);
		},
		onHangUp() {
			ended.resolve(hungUp);
		},
	});
	suspend = screen.suspend;
	loop.subscribe(() => {
		const {exitCode} = loop.model();
		if (exitCode !== undefined) {
			ended.resolve(exitCode);
		}
	});
	const onSignal = (): void => {
		ended.resolve(1); // Which signal it was, the caller knows.
	};

	context.signal.addEventListener('abort', onSignal);
	if (context.signal.aborted) {
		onSignal(); // It came while the first frame was being made.
	}

	const timer = setInterval(() => {
		loop.dispatch({type: 'clock-ticked', now: context.now()});
	}, tick);
	// After the first frame: the explorer never waits for counting and the sweep.
	setImmediate(() => {
		for (const effect of first) {
			effects.run(effect);
		}
	});

	const exitCode = await ended.promise;
	clearInterval(timer);
	screen.close();
	await effects.stop();
	if (crash !== undefined) {
		warn(context, `the explorer ended with an error, which is a fault in this program: ${reasonOf(crash)}`);
		if (context.flags.verbose && crash instanceof Error) {
			warn(context, crash.stack ?? '');
		}
	} else if (!context.signal.aborted && exitCode !== hungUp) {
		await services.touch(context.now()).catch(() => undefined);
	}

	return exitCode;
};

/** `sojourn`: the explorer; without a terminal, what `ls` prints. */
export const run = async (context: Context): Promise<number> => {
	if (context.stdin.isTTY && context.stdout.isTTY && context.environment['TERM'] !== 'dumb' && !context.flags.json) {
		return explore(context);
	}

	if (await currentSession(context) === undefined) {
		note(context, 'there is no session yet: "sojourn start" starts one');
		return 0;
	}

	await runLs(context);
	return 0;
};
