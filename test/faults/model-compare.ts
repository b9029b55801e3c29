import type {SweepReport} from '../../source/outputs/sweep.js';
import {difference, lookAt, shown} from './look.js';
import type {Prediction} from './model-oracle.js';
import type {Tree} from './model-trees.js';

export type Verdict = {
	/** What should have survived and has not, or not as it was. */
	readonly lost: readonly string[];
	/** What should be gone and is not, and what the report says wrongly. */
	readonly wrong: readonly string[];
};

const sameIds = (what: string, wanted: Iterable<string>, told: ReadonlyArray<{readonly id: string}>): string[] => {
	const [expected, actual] = [[...wanted].sort(), told.map(({id}) => id).sort()];
	return expected.join(' ') === actual.join(' ') ? [] : [`should say ${what} [${expected.join(' ')}], says [${actual.join(' ')}]`];
};

const judgeReport = ({removed, recovered, waiting, isWithoutTrash}: Prediction, report: SweepReport): string[] => {
	if (report.skipped !== undefined) {
		return [`was skipped: ${report.skipped}`];
	}

	const missed = report.kept.filter(({id}) => removed.has(id)).map(({id, reason}) => `${id} is kept: ${reason}`);
	return [
		...missed,
		...sameIds('removed', removed, report.removed),
		...sameIds('recovered', recovered, report.recovered),
		...(isWithoutTrash || sameIds('failed', waiting, report.failed).length === 0 ? [] : [`failed: ${report.failed.map(({id, error}) => `${id} ${error}`).join('; ')}`]),
	];
};

/** Compares what is there after a sweep with what was predicted. `mayHold` says which of the rest is no fault. */
export const compare = ({base, viewer}: Tree, prediction: Prediction, report: SweepReport, mayHold: (place: string) => boolean = () => false): Verdict => {
	const after = lookAt(base);
	const control = prediction.control ?? [...after.keys()].find(place => new RegExp(String.raw`^outputs/\.sojourn-${viewer}(?:-[\da-f]{12})?$`).test(place) && !prediction.survivors.has(place));
	/** These change as entries come and go, and the last two are made when they are first needed. */
	const changing = new Set(['outputs', control, `${control}/trash`]);
	/** Others may pass through root's, for the keeps and leases in it. */
	const controlMode = viewer === 0 ? 0o711 : 0o700;
	const lost = [...prediction.survivors].flatMap(([place, seen]) => {
		const how = difference(place === control ? {...seen, mode: controlMode} : seen, after.get(place), {ignoresTime: changing.has(place)});
		return how === undefined ? [] : [`${shown(place)} ${how}`];
	});
	/** What the program notes in its control directory is its own business, except in the trash. */
	const isNote = (place: string): boolean => place.startsWith(`${control}/`) && !place.startsWith(`${control}/trash/`);
	const left = [...after.keys()].filter(place => !prediction.survivors.has(place) && !changing.has(place) && !isNote(place) && !mayHold(place));
	return {lost, wrong: [...left.slice(0, 5).map(place => `${shown(place)} is still there`), ...judgeReport(prediction, report)]};
};
