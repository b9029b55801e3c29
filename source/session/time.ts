// ISO 8601 in UTC, as `Date#toISOString` writes it, with or without a fraction.
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** A time as it stands in a file that anybody may have written. @returns milliseconds since 1970, or `undefined` if it is no such time */
export const parseTime = (value: unknown): number | undefined => {
	if (typeof value !== 'string' || !isoTime.test(value)) {
		return undefined;
	}

	const time = Date.parse(value);
	return Number.isNaN(time) ? undefined : time;
};
