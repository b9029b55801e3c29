import type {Piece} from './preview-table.js';

/** Rows of the band on either side of its middle, in halves of a row. */
const reach = 6;

/** Loudness over time as a band that swells and thins: rows of half blocks, as wide as the pane. */
export const graphRows = (graph: Uint8Array, width: number): Array<readonly Piece[]> => {
	const columns = Math.max(1, Math.min(width, graph.length));
	const heights = Array.from({length: columns}, (_, column) => {
		let peak = 0;
		const end = Math.max(Math.floor((column + 1) * graph.length / columns), 1);
		for (let index = Math.floor(column * graph.length / columns); index < end; index++) {
			peak = Math.max(peak, graph[index] ?? 0);
		}

		return Math.ceil(peak * reach / 255);
	});
	// Halves of rows are counted from the top; the middle lies between the halves `reach - 1` and `reach`.
	const distanceOf = (half: number): number => half < reach ? reach - half : half - reach + 1;
	return Array.from({length: reach}, (_, row) => {
		const [upper, lower] = [distanceOf(row * 2), distanceOf((row * 2) + 1)];
		let text = '';
		for (const height of heights) {
			text += upper <= height ? (lower <= height ? '█' : '▀') : (lower <= height ? '▄' : ' ');
		}

		return [{text, tone: 'number'}];
	});
};
