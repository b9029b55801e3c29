import type {Element, Root, Text} from 'hast';
import {createLowlight} from 'lowlight';
import type {Builder} from '../builder.js';
import type {Tone} from '../../text/tones.js';
import {embedded, grammars} from './grammars.js';

/** Code units that are highlighted; what follows is plain. */
const highlightLimit = 200_000;

const highlighter = createLowlight();

/** What the classes of highlight.js mean: https://highlightjs.readthedocs.io/en/stable/css-classes-reference.html */
const toneByClass = new Map<string, Tone>([
	...(['keyword', 'literal', 'built_in', 'selector-tag', 'operator', 'doctag'] as const).map(name => [name, 'keyword'] as const),
	...(['string', 'regexp', 'char', 'template-tag', 'selector-attr', 'quote'] as const).map(name => [name, 'string'] as const),
	...(['number', 'symbol', 'bullet'] as const).map(name => [name, 'number'] as const),
	...(['title', 'name', 'section', 'type', 'class', 'selector-class', 'selector-id', 'tag'] as const).map(name => [name, 'name'] as const),
	...(['attr', 'attribute', 'variable', 'template-variable', 'meta', 'property', 'selector-pseudo'] as const).map(name => [name, 'meta'] as const),
	['comment', 'comment'],
	['link', 'link'],
	['emphasis', 'emphasis'],
	['strong', 'strong'],
	['addition', 'added'],
	['deletion', 'removed'],
]);

const toneOf = ({properties}: Element, outer: Tone | undefined): Tone | undefined => {
	const classes = properties['className'];
	const first = Array.isArray(classes) ? classes.find(name => typeof name === 'string' && name.startsWith('hljs-')) : undefined;
	return typeof first === 'string' ? toneByClass.get(first.slice(5)) ?? outer : outer;
};

const addNodes = (builder: Builder, nodes: Root['children'] | Element['children'], tone: Tone | undefined): void => {
	for (const node of nodes) {
		if (node.type === 'text') {
			builder.add((node satisfies Text).value, tone);
		} else if (node.type === 'element') {
			addNodes(builder, node.children, toneOf(node, tone));
		}
	}
};

const load = async (language: string): Promise<boolean> => {
	for (const name of [language, ...embedded[language] ?? []]) {
		const grammar = Object.hasOwn(grammars, name) ? grammars[name] : undefined;
		if (grammar === undefined) {
			return false;
		}

		if (!highlighter.registered(name)) {
			highlighter.register(name, (await grammar()).default);
		}
	}

	return true;
};

/** Adds printable text to `builder`, highlighted as far as it is not too long. What no grammar is known for stays plain. */
export const addCode = async (builder: Builder, text: string, language: string): Promise<void> => {
	const end = text.length <= highlightLimit ? text.length : text.lastIndexOf('\n', highlightLimit) + 1;
	if (end === 0 || !await load(language)) {
		builder.add(text);
		return;
	}

	addNodes(builder, highlighter.highlight(language, text.slice(0, end)).children, undefined);
	builder.add(text.slice(end));
};
