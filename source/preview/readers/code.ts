import {createBuilder} from '../builder.js';
import type {Content} from '../shapes.js';
import {printableLinesOf} from '../text.js';
import {addCode} from './highlight.js';

/** A program, highlighted. */
export const readCode = async (text: string, isCut: boolean, language: string): Promise<Content> => {
	const builder = createBuilder();
	await addCode(builder, printableLinesOf(text).join('\n'), language);
	return {kind: 'lines', isCut, ...builder.finish()};
};
