import {setTimeout as delay} from 'node:timers/promises';
import {resolveDestination} from '../../export/destination.js';
import {emptyZip, estimateEntry, freeSpace, leastBytes} from '../../export/estimate.js';
import {defaultName} from '../../export/names.js';
import {templateValues} from '../../export/template-values.js';
import {reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import type {Effect} from '../messages.js';
import type {DestinationLook, ExportRequest} from '../model.js';
import {completePath} from './complete-path.js';
import {createMeasurer} from './measure.js';
import {namedOf, sourceOf} from './export-source.js';
import type {Dispatch, Services} from './services.js';

type Of<T extends Effect['type']> = Extract<Effect, {type: T}>;

/** What goes on while a dialog asks for a destination. */
export type Prompting = {
	readonly measure: (effect: Of<'measure-prompt'>) => void;
	readonly look: (effect: Of<'look-at-destination'>) => void;
	readonly complete: (effect: Of<'complete-destination'>) => void;
	readonly stop: () => void;
};

/** Milliseconds for which no key is pressed before the destination is looked at. */
const rest = 120;

/** A path as it is shown: what is below the home directory begins with `~`. */
const shown = (directory: string, home: string): string =>
	printable(home !== '/' && (directory === home || directory.startsWith(`${home}/`)) ? `~${directory.slice(home.length)}` : directory);

const lookAt = async (services: Services, request: ExportRequest): Promise<DestinationLook> => {
	const source = sourceOf(request);
	const {isZip, to} = request;
	const name = defaultName({...namedOf(source), paths: isZip && source.paths.includes('') ? [] : source.paths, isZip});
	const destination = await resolveDestination(to, name, {
		cwd: services.cwd, home: services.home, expandsTilde: true, values: templateValues({...namedOf(source), now: services.now()}),
	});
	return {
		directory: shown(destination.directory, services.home),
		...((isZip || source.paths.length === 1) && {name: printable(destination.name)}),
		free: await freeSpace(destination.directory).catch(() => Infinity),
	};
};

/** Looks, measures and completes for the dialog that is open; what is asked anew ends what was asked before. */
export const createPrompting = (services: Services, dispatch: Dispatch): Prompting => {
	let looking = new AbortController();
	let completing = new AbortController();
	const measurer = createMeasurer(services, ticket => {
		const size = {estimate: emptyZip, least: emptyZip};
		return {
			onFile(path, bytes) {
				size.estimate += estimateEntry(path, bytes);
				size.least += leastBytes(path, bytes);
			},
			report(totals) {
				dispatch({type: 'prompt-measured', ticket, totals, size});
			},
		};
	});

	const look = async ({ticket, request}: Of<'look-at-destination'>, signal: AbortSignal): Promise<void> => {
		try {
			await delay(rest, undefined, {signal, ref: false});
			const value = await lookAt(services, request);
			if (!signal.aborted) {
				dispatch({type: 'destination-looked-at', ticket, load: {state: 'ready', value}});
			}
		} catch (error) {
			if (!signal.aborted) {
				dispatch({type: 'destination-looked-at', ticket, load: {state: 'failed', problem: reasonOf(error)}});
			}
		}
	};

	const complete = async ({ticket, text, request}: Of<'complete-destination'>, signal: AbortSignal): Promise<void> => {
		try {
			const {cwd, home} = services;
			const completion = await completePath(text, {cwd, home, values: templateValues({...namedOf(sourceOf(request)), now: services.now()}), signal});
			dispatch({type: 'destination-completed', ticket, text, ...completion});
		} catch (error) {
			if (!signal.aborted) {
				dispatch({type: 'failed', problem: reasonOf(error)});
			}
		}
	};

	return {
		measure({ticket, paths, session}) {
			measurer.start(ticket, paths, session);
		},
		look(effect) {
			looking.abort();
			looking = new AbortController();
			void look(effect, looking.signal);
		},
		complete(effect) {
			completing.abort();
			completing = new AbortController();
			void complete(effect, completing.signal);
		},
		stop() {
			looking.abort();
			completing.abort();
			measurer.stop();
		},
	};
};
