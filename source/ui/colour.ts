import type {ColourDepth} from '../settings/look.js';
import {terminalColours} from '../settings/theme.js';

/** The terminal's 16 as xterm shows them: only to find the nearest. */
const usual: ReadonlyArray<readonly [number, number, number]> = [
	[0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
	[127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
];

type Rgb = readonly [red: number, green: number, blue: number];

const distance = (one: Rgb, other: Rgb): number => one.reduce((sum, value, index) => sum + ((value - other[index]!) ** 2), 0);

const nearestOf16 = (colour: Rgb): number => {
	const distances = usual.map(other => distance(colour, other));
	return distances.indexOf(Math.min(...distances));
};

const steps = [0, 95, 135, 175, 215, 255];

const nearestOf256 = (colour: Rgb): number => {
	const levels = colour.map(value => {
		const distances = steps.map(step => Math.abs(step - value));
		return distances.indexOf(Math.min(...distances));
	});
	const [red, green, blue] = levels as [number, number, number];
	const grey = Math.max(0, Math.min(23, Math.round((((colour[0] + colour[1] + colour[2]) / 3) - 8) / 10)));
	const shade = 8 + (10 * grey);
	return distance(colour, [shade, shade, shade]) < distance(colour, [steps[red]!, steps[green]!, steps[blue]!]) ? 232 + grey : 16 + (36 * red) + (6 * green) + blue;
};

/**
The SGR parameters of a colour, as near as the terminal comes to it; `''` for `default`, and where there are no colours.

@param colour - a name of `terminalColours`, `#rrggbb`, or `default`
*/
export const colourCode = (colour: string, depth: ColourDepth, isBackground = false): string => {
	if (depth === 0 || colour === 'default') {
		return '';
	}

	const of16 = (number: number): string => String((number < 8 ? 30 : 82) + number + (isBackground ? 10 : 0));
	if (!colour.startsWith('#')) {
		return of16(terminalColours.indexOf(colour));
	}

	const rgb = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
	if (depth === 16) {
		return of16(nearestOf16(rgb));
	}

	return `${isBackground ? 48 : 38};${depth === 256 ? `5;${nearestOf256(rgb)}` : `2;${rgb.join(';')}`}`;
};
