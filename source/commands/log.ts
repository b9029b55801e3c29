import {Failure} from '../text/errors.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import type {Context} from './context.js';
import {note, print, printJson} from './report.js';

type Event = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => typeof value === 'string' ? printableText(value) : '?';

const amount = ({files, bytes}: Event): string => typeof files === 'number' && typeof bytes === 'number'
	? `${plural(files, 'file')}, ${formatBytes(bytes)}`
	: '';

const detailOf = (event: Event): string => {
	switch (event['event']) {
		case 'removed': {
			const {evidence} = event;
			const {path, source, time} = (typeof evidence === 'object' && evidence !== null ? evidence : {}) as Event;
			return `${amount(event)}; its newest sign of life: ${text(source)}${typeof path === 'string' && path !== '' ? ` of ${printable(path)}` : ''}, ${text(time)}`;
		}

		case 'failed': {
			return text(event['error']);
		}

		case 'output removed': {
			return `${text(event['path'])}: ${amount(event)}`;
		}

		default: {
			return amount(event);
		}
	}
};

/** `sojourn log`: what sweeps and removals did in the outputs directory. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('log takes no arguments', 2);
	}

	const opened = await context.open({mayCreate: false});
	const {location} = opened?.outputs ?? {};
	const all = await context.readLog();
	const events = location === undefined ? [] : all.filter(event => event['outputs'] === location.toWellFormed());
	if (context.flags.json) {
		printJson(context, events.map(({outputs: _, ...event}) => event));
		return 0;
	}

	if (events.length === 0) {
		note(context, 'nothing was removed here yet');
		return 0;
	}

	print(context, events.map(event => `${text(event['time'])}  ${text(event['event']).padEnd(14)}  ${text(event['id'] ?? '')}  ${detailOf(event)}`.trimEnd() + '\n').join(''));
	return 0;
};
