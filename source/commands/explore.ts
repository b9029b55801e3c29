import path from 'node:path';
import type {WriteStream} from 'node:tty';
import {createEffects} from '../explorer/effects/run.js';
import type {Services} from '../explorer/effects/services.js';
import {createLoop, type Loop} from '../explorer/loop.js';
import type {Effect} from '../explorer/messages.js';
import {stayOf, type Menu, type MenuItem, type Model, type OpenSession} from '../explorer/model.js';
import {initialModel} from '../explorer/initial-model.js';
import {rebind} from '../explorer/rebind.js';
import {assess} from '../outputs/assess.js';
import type {Outputs} from '../outputs/outputs.js';
import {SessionGone} from '../outputs/gone.js';
import {ownerName} from '../outputs/owner.js';
import {readSession, type Session} from '../outputs/read-session.js';
import {checkUsable, findSession, listSessions, startSession} from '../outputs/sessions.js';
import {shortId} from '../session/id.js';
import {Failure, reasonOf} from '../text/errors.js';
import {formatDuration} from '../text/age.js';
import {isPrintable, printable, usePlainAscii} from '../text/printable.js';
import {escapeTemplate} from '../text/template.js';
import type {Screen} from '../ui/screen.js';
import {currentSession, nameSession} from './choose.js';
import type {Context, Opened} from './context.js';
import {createAdministration} from './explore/administer.js';
import type {Errand} from './explore/print-path.js';
import {openInProgram} from './explore/programs.js';
import {beFrugal} from './explore/frugal.js';
import {createStay, type Stay} from './explore/stay.js';
import {run as runLs} from './ls.js';
import {note, warn} from './report.js';
import {countOutput, discardOutput} from './rm.js';
import {policyOf, sweepListed, sweepOwn} from './sweep.js';

/** A session as the explorer has it open. Opening one's own is a sign of life, unless one only looks. */
const toOpen = async (session: Session, context: Context, {isLooking = false} = {}): Promise<OpenSession> => {
	const isOwn = session.uid === context.uid;
	const now = context.now();
	return {
		id: session.id,
		isReadOnly: isLooking || !isOwn,
		lastActiveAt: isOwn && !isLooking ? now : session.marker?.lastActiveAt ?? now,
		...(session.marker?.label !== undefined && {label: session.marker.label}),
		...(session.keep !== undefined && {keepUntil: session.keep.until}),
		...(session.problem !== undefined && {isBroken: true}),
		...(!isOwn && {owner: await ownerName(session.uid) ?? `uid ${session.uid}`, timeoutHours: policyOf(context, session.uid).maxAgeHours}),
	};
};

type Beginning = {
	readonly session?: Session;
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

	const isNamed = settings.session !== undefined && !flags.new;
	const {sessions, hasLegacy} = await listSessions(outputs, {uid, isAll: isNamed && (flags.all ?? false)});
	if (settings.session !== undefined && isNamed) {
		const session = checkUsable(findSession(sessions, settings.session.value));
		return {session, hasLegacy};
	}

	const menu = flags.new ? undefined : await menuOf(context, outputs, sessions);
	// Who looks at everybody's sessions does not need one to begin with.
	if (menu !== undefined && (menu.items.length > 0 || flags.all)) {
		return {menu, hasLegacy};
	}

	const session = await startSession(outputs, {now: context.now(), uid: context.uid});
	return {session, notice: menu?.remark ?? `started session ${shortId(session.id)}`, hasLegacy};
};

/** The default destination, as the export dialog shows it: in full, so that nobody has to know where they are. */
const shownDestination = ({settings, cwd, home}: Context): string => {
	const {value} = settings.exportTo;
	const place = path.resolve(escapeTemplate(cwd), value === '-' ? '.' : value);
	if (!isPrintable(place)) {
		return '.';
	}

	const base = escapeTemplate(home);
	return home !== '/' && (place === base || place.startsWith(`${base}/`)) ? `~${place.slice(base.length)}` : place;
};

const openingModel = (context: Context, {menu, notice}: Beginning, roots: readonly string[], size: Model['size'], warning: string | undefined): Model => {
	const text = warning ?? notice;
	return initialModel({
		size,
		roots,
		now: context.now(),
		timeoutHours: context.settings.maxAgeHours.value,
		keymap: rebind(context.settings.look.keys, 'config.json'),
		exportTo: shownDestination(context),
		isAll: context.flags.all ?? false,
		...(menu !== undefined && {menu}),
		...(context.flags.noSweep && {sweep: {state: 'idle'}}),
		...(text !== undefined && {notice: {text: printable(text), kind: warning === undefined ? 'info' : 'problem'}}),
	});
};

/** 128 and the number of SIGHUP: the terminal is gone. */
const hungUp = 129;

/** Milliseconds between two looks at the clock: the time left is shown in minutes. */
const tick = 15_000;

/** Milliseconds after which the session is entered though nothing of it can be shown yet. */
const longestWait = 100;

const reread = async (outputs: Outputs, {id}: Session): Promise<Session> => {
	const session = await readSession(outputs, id);
	if (session === undefined) {
		throw new SessionGone(id);
	}

	return session;
};

/** Runs the explorer on a terminal. @returns the exit code */
const explore = async (context: Context, errand?: Errand): Promise<number> => {
	const screenModule = import('../ui/screen.js');
	const {look} = context.settings;
	usePlainAscii(look.isAscii);
	const opened = (await context.open({mayCreate: true}))!;
	const {outputs} = opened;
	const beginning = await begin(context, opened);
	const stay = createStay(context, outputs);
	const shown = Promise.withResolvers<void>();
	// Not waited for, and begun when there is something to look at: to hold it takes a program. The sweep waits.
	const entering = beginning.session === undefined ? undefined : enterWhen(shown.promise, stay, beginning.session);
	entering?.catch(() => undefined); // Told when the screen is open.
	const roots = ['single', 'bulk', ...(beginning.hasLegacy ? ['legacy'] : [])];
	const {openScreen, sizeOf, linearSize} = await screenModule;
	const stdout = context.stdout as WriteStream;
	const loop = createLoop(openingModel(context, beginning, roots, look.isLinear ? linearSize : sizeOf(stdout), opened.danger && `${opened.danger.detail}: ${opened.danger.advice}`));
	let screen: Screen | undefined; // eslint-disable-line prefer-const -- known when it is open
	const services: Services = {
		outputs,
		roots,
		async openSession(chosen) {
			// One from the list may have been labelled, or broken, since it was read.
			const session = chosen === 'new' ? await startSession(outputs, {now: context.now(), uid: context.uid}) : await reread(outputs, chosen);
			const problem = await stay.enter(checkUsable(session));
			return {session: await toOpen(session, context), isNew: chosen === 'new', problem};
		},
		async lookInto(chosen) {
			const session = await reread(outputs, chosen);
			const problem = await stay.look(session);
			return {session: await toOpen(session, context, {isLooking: true}), problem};
		},
		leave: stay.leave,
		administration: createAdministration(context, opened),
		current: () => loop.model().session,
		touch: async at => stay.touch(stayOf(loop.model()), at),
		async hold() {
			const {session, behind} = loop.model();
			const own = stayOf(loop.model());
			if (own !== undefined) {
				await stay.hold(own.id);
			}

			if (behind !== undefined && session !== undefined) {
				await stay.holdLooked(session.id);
			}
		},
		release: stay.release,
		async sweep(signal, isAll) {
			await entering?.catch(() => undefined);
			return isAll
				? sweepListed(context, opened, {isDryRun: false, exceptId: stayOf(loop.model())?.id, signal})
				: sweepOwn(context, opened, beginning.session?.id, signal);
		},
		policy: () => policyOf(context),
		// Half blocks are no ASCII.
		colours: look.isAscii || look.pictures === 'none' ? 0 : (look.depth === 24 ? 2 ** 24 : look.depth),
		cell: () => loop.model().terminal.graphics?.cell,
		now: context.now,
		cwd: context.cwd,
		home: context.home,
		terminal: {
			write: async bytes => screen?.write(bytes),
			listen: listener => screen?.listen(listener) ?? (() => undefined),
		},
		suspend() {
			if (errand?.whyNotSuspended === undefined) {
				screen?.suspend();
			} else {
				loop.dispatch({type: 'failed', problem: errand.whyNotSuspended});
			}
		},
		copy: text => screen?.copy(text) ?? false,
		async openWith(program, location) {
			await screen?.handOver(async () => openInProgram(context, outputs, program, location));
		},
		async removeOutput(session, output) {
			return discardOutput(context, opened, session, await countOutput(context, outputs, session, output));
		},
	};
	const effects = createEffects(services, loop.dispatch);
	const first: Effect[] = [
		...(beginning.menu === undefined ? [] : [{type: 'count-sessions', menu: beginning.menu} as const]),
		...(context.flags.noSweep ? [] : [{type: 'sweep'} as const]),
	];
	loop.begin(effects);
	if (beginning.session !== undefined) {
		// The folders are asked for before the screen is drawn: mostly the first frame has them.
		loop.dispatch({type: 'session-opened', session: await toOpen(beginning.session, context), roots, isNew: false});
	}

	if (beginning.menu?.items.length === 0) {
		loop.dispatch({type: 'sessions-asked-for'});
	}

	let crash: unknown;
	let isOver = false;
	const ended = Promise.withResolvers<number>();
	screen = openScreen(loop, {
		stdin: context.stdin,
		stdout,
		look,
		environment: context.environment,
		isInTmux: (context.environment['TMUX'] ?? '') !== '',
		onShown: shown.resolve,
		onCrash(error) {
			crash = error;
			ended.resolve(1);
		},
		onHangUp() {
			ended.resolve(hungUp);
		},
	});
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
	const waiting = setTimeout(shown.resolve, longestWait);
	void tellOf(entering, loop);
	// After the first frame: the explorer never waits for counting and the sweep.
	let beUsual = (): void => undefined;
	void shown.promise.then(() => {
		beUsual = isOver ? beUsual : beFrugal();
		for (const effect of isOver ? [] : first) {
			effects.run(effect);
		}
	});

	const exitCode = await ended.promise;
	isOver = true;
	shown.resolve();
	clearTimeout(waiting);
	clearInterval(timer);
	screen.close();
	await effects.stop();
	await entering?.catch(() => undefined);
	if (crash !== undefined) {
		warn(context, `the explorer ended with an error, which is a fault in this program: ${reasonOf(crash)}`);
		if (context.flags.verbose && crash instanceof Error) {
			warn(context, crash.stack ?? '');
		}
	} else if (!context.signal.aborted && exitCode !== hungUp) {
		await services.touch(context.now()).catch(() => undefined);
	}

	await stay.release();
	beUsual();
	if (exitCode === 0) {
		errand?.onQuit(services, loop.model());
	}

	return exitCode;
};

/** Enters a session when something is on screen. */
const enterWhen = async (shown: Promise<void>, stay: Stay, session: Session): Promise<string | undefined> => {
	await shown;
	return stay.enter(session);
};

/** Tells if the session could not be entered: it was removed at that very moment, or cannot be held. */
const tellOf = async (entering: Promise<string | undefined> | undefined, loop: Loop): Promise<void> => {
	const problem = await entering?.catch((error: unknown) => reasonOf(error));
	if (problem !== undefined) {
		loop.dispatch({type: 'hold-failed', problem});
	}
};

/** `sojourn`: the explorer; without a terminal, what `ls` prints. */
export const run = async (context: Context): Promise<number> => {
	if (context.flags.printPath) {
		const {runForPath} = await import('./explore/print-path.js');
		return runForPath(context, explore);
	}

	if (context.flags[0]) {
		throw new Failure('-0 goes with --print-path here; "sojourn ls -0" lists the outputs', 2);
	}

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
