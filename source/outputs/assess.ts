import {entryEvidence, judge, judgeSigns, markerEvidence, newer, type Evidence, type Policy, type SessionState, type Signs} from '../session/expiry.js';
import {isReplacementLeftover} from '../files/atomic-write.js';
import {markerName} from '../session/marker.js';
import {printable} from '../text/printable.js';
import {reasonOf} from '../text/errors.js';
import type {Facts, Outputs, Walked} from './outputs.js';
import type {Session} from './read-session.js';

/** What a walk through a session has found. Counts are those of its outputs, without the marker and folders. */
export type Assessment = {
	readonly state: SessionState;
	/** The newest sign of life. */
	readonly evidence?: Evidence;
	/** What keeps the session although nothing young was found: an unreadable part, a time too far in the future. */
	readonly doubt?: string;
	readonly files: number;
	readonly bytes: number;
};

const relativeTo = (place: string, path: string): string => path === place ? '' : path.slice(place.length + 1);

const doubtfulTime = ({path, source, time}: Evidence): string =>
	`the ${source === 'marker' ? 'marker names a time' : `${source} of ${path === '' ? 'its directory' : printable(path)} lies`} in the future (${new Date(time).toISOString()})`;

/**
Walks through a session and says whether it has expired, and why not.

@param options.isQuick - stop at the first sign of life that is young enough, as the sweep does; counts are incomplete then
@param options.ignoresOwnTimes - leave out the times of the session's directory itself, which a move changes
@param options.at - where it lies, if not under its id
*/
export const assess = async (
	outputs: Outputs,
	session: Session,
	policy: Policy,
	options: {
		readonly isQuick?: boolean;
		readonly ignoresOwnTimes?: boolean;
		readonly at?: string;
		readonly signal?: AbortSignal | undefined;
	} = {},
): Promise<Assessment> => {
	const place = options.at ?? session.id;
	let evidence = session.marker === undefined ? undefined : markerEvidence(session.marker, markerName);
	let doubt = session.problem;
	let files = 0;
	let bytes = 0;

	const weigh = (found: Evidence): void => {
		evidence = newer(evidence, found);
		if (judge(found, policy) === 'doubtful') {
			doubt ??= doubtfulTime(toTell(found));
		}
	};

	/** As told: relative to the session. Not earlier, as a path may be very long, and few are told. */
	const toTell = (found: Evidence): Evidence => found.source === 'marker' ? found : {...found, path: relativeTo(place, found.path)};

	const isMarker = ({path, name}: Walked): boolean =>
		path.length === place.length + 1 + name.length && (name === markerName || isReplacementLeftover(name, markerName));

	const count = (entry: Walked, facts: Facts): void => {
		if (facts.type !== 'directory' && !isMarker(entry)) {
			files++;
			bytes += facts.bytes;
		}
	};

	const result = (): Assessment => ({
		state: judgeSigns(signsOf(session, {evidence, doubt}, false), policy),
		...(evidence === undefined ? {} : {evidence: toTell(evidence)}),
		...(doubt === undefined ? {} : {doubt}),
		files,
		bytes,
	});

	const isSettled = (): boolean => Boolean(options.isQuick) && (doubt !== undefined || result().state !== 'expired');

	if (evidence !== undefined) {
		weigh(evidence);
		if (isSettled()) {
			return result();
		}
	}

	try {
		if (!options.ignoresOwnTimes) {
			weigh(entryEvidence(place, await outputs.stat(place), policy.now));
		}

		for await (const chunk of outputs.walk(place, {signal: options.signal, withUnfinished: true})) {
			for (const entry of chunk) {
				if ('error' in entry) {
					const path = relativeTo(place, entry.path);
					doubt ??= `${path === '' ? 'its directory' : printable(path)} cannot be looked at: ${reasonOf(entry.error)}`;
					continue;
				}

				if (!entry.isUnfinished) {
					count(entry, entry.facts);
				}

				weigh(entryEvidence(entry.path, entry.facts, policy.now));
			}

			if (isSettled()) {
				break;
			}
		}
	} catch (error) {
		options.signal?.throwIfAborted();
		doubt ??= `it cannot be looked at: ${reasonOf(error)}`;
	}

	return result();
};

/** What a look at a session has told, apart from the moment. */
export const signsOf = (session: Session, {evidence, doubt}: {readonly evidence?: Evidence | undefined; readonly doubt?: string | undefined}, isHeld: boolean): Signs => ({
	isBroken: session.problem !== undefined,
	keep: session.keep?.until,
	lastActiveAt: evidence?.time,
	isDoubtful: doubt !== undefined,
	isHeld,
});

/** An expired session that nothing speaks for: what a sweep may remove. */
export const mayBeRemoved = (assessment: Assessment): boolean =>
	assessment.state === 'expired' && assessment.doubt === undefined && assessment.evidence !== undefined;
