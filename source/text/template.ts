import {Failure} from './errors.js';

/**
Destinations with fields, such as `~/backup/{label}-{date}.zip`. `{{` stands for a brace; any other brace that begins no field stays one.
*/

export const templateFields = ['label', 'id', 'date', 'name'] as const;

/** What the fields stand for. Each becomes part of one name: it holds no slash, and is no `..`. */
export type TemplateValues = Readonly<Record<typeof templateFields[number], string>>;

const tokens = /\{\{|\{(?<field>[a-z]+)\}/gv;

const isField = (text: string): text is keyof TemplateValues => (templateFields as readonly string[]).includes(text);

/**
A destination with its fields filled in.

@throws Failure with exit code 2 for a field that there is not
*/
export const fillTemplate = (text: string, values: TemplateValues): string => text.replaceAll(tokens, (...found) => {
	const {field} = found.at(-1) as {readonly field?: string};
	if (field === undefined) {
		return '{';
	}

	if (!isField(field)) {
		throw new Failure(`there is no {${field}} in a destination: the fields are ${templateFields.map(name => `{${name}}`).join(' ')}, and {{ stands for a brace`, 2);
	}

	return values[field];
});

/** A path as a template that means just that path. */
export const escapeTemplate = (text: string): string => text.replaceAll('{', '{{');

/** Whether a text has a field, or that field. */
export const hasField = (text: string, wanted?: keyof TemplateValues): boolean =>
	[...text.matchAll(tokens)].some(({groups}) => groups?.['field'] !== undefined && (wanted === undefined || groups['field'] === wanted));
