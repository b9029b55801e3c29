const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/**
Bytes as a person reads them, in decimal units, at most 6 characters wide.

@example
formatBytes(1536) //=> '1.5 KB'
*/
export const formatBytes = (bytes: number): string => {
	let value = bytes;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	const digits = unit > 0 && value < 9.95 ? 1 : 0;
	return `${value.toFixed(digits)} ${units[unit]}`;
};

/** A whole number with commas between thousands. By hand, as Node takes 5 ms to load what it knows of languages, in which somebody waits for the first frame. */
export const formatCount = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 file`, `2 files`. Irregular plurals are given whole. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
	`${formatCount(count)} ${count === 1 ? one : many}`;
