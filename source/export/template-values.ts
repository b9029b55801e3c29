import {shortId} from '../session/id.js';
import type {TemplateValues} from '../text/template.js';
import {fileNameFor} from './names.js';

const two = (number: number): string => String(number).padStart(2, '0');

/** A day as the user's clock has it, as `2026-01-02`. */
const dayOf = (now: number): string => {
	const date = new Date(now);
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/**
What the fields of a destination stand for, but for `{name}`.

@param label - as it is: what could lead out of a directory is replaced
@param now - milliseconds since 1970
*/
export const templateValues = ({id, label, now}: {readonly id: string; readonly label?: string | undefined; readonly now: number}): Omit<TemplateValues, 'name'> => ({
	label: fileNameFor(label ?? '', '') ?? shortId(id),
	id,
	date: dayOf(now),
});
