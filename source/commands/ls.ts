import type {Facts, Outputs, Walked} from '../outputs/outputs.js';
import {nameOf, outermost, parentOf} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {sortOutputs} from '../outputs/tree-order.js';
import {codeOf, Failure, failed, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {chooseSession} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, print, printJson, printLines, printTexts, time, warn} from './report.js';
import {createPaint, type Style} from './paint.js';
import {resolveOutputs} from './resolve-paths.js';

type Found = Extract<Walked, {readonly facts: unknown}>;

const factsIfThere = async (outputs: Outputs, path: string): Promise<Facts | undefined> => {
	try {
		return await outputs.stat(path);
	} catch (error) {
		if (codeOf(error) === 'ENOENT') {
			return undefined;
		}

		throw failed('look at', path, error);
	}
};

const collect = async (context: Context, outputs: Outputs, id: string, root: string): Promise<{found: Found[]; hasFailed: boolean}> => {
	const found: Found[] = [];
	let hasFailed = false;
	for await (const chunk of outputs.walk(`${id}/${root}`, {signal: context.signal})) {
		for (const entry of chunk) {
			const path = entry.path.slice(id.length + 1);
			if ('error' in entry) {
				hasFailed = true;
				warn(context, `cannot read ${printable(path)}: ${reasonOf(entry.error)}`);
			} else {
				found.push({...entry, path});
			}
		}
	}

	return {found, hasFailed};
};

const styleOf = ({facts: {type}}: Found): Style | undefined => type === 'directory' ? 'folder' : (type === 'symlink' ? 'link' : undefined);

const drawTree = (context: Context, found: readonly Found[], roots: ReadonlySet<string>): string => {
	const paint = createPaint(context);
	const lasts = new Set<string>();
	const seen = new Set<string>();
	for (const {path} of found.toReversed()) {
		const parent = parentOf(path);
		if (!seen.has(parent)) {
			seen.add(parent);
			lasts.add(path);
		}
	}

	return found.map(entry => {
		const {path, facts} = entry;
		const isRoot = roots.has(path);
		const label = `${paint(styleOf(entry), printable(isRoot ? path : nameOf(path)))}${facts.type === 'directory' ? '/' : ''}${facts.type === 'file' ? `  ${formatBytes(facts.bytes)}` : ''}`;
		if (isRoot) {
			return `${label}\n`;
		}

		let stem = '';
		for (let parent = parentOf(path); !roots.has(parent); parent = parentOf(parent)) {
			stem = (lasts.has(parent) ? ' '.repeat(4) : '│   ') + stem;
		}

		return `${stem}${lasts.has(path) ? '└── ' : '├── '}${label}\n`;
	}).join('');
};

/** What is to be listed, in the order of a tree: folders with all that they hold; of what a pattern has found, the entries themselves. */
const list = async (context: Context, outputs: Outputs, id: string): Promise<{readonly found: readonly Found[]; readonly roots: ReadonlySet<string>; readonly hasFailed: boolean}> => {
	const named = await resolveOutputs(context, outputs, id, context.words.length === 0 ? [''] : context.words);
	const found = new Map<string, Found>();
	const roots: string[] = [];
	let {hasFailed} = named;
	const put = (path: string, facts: Facts): void => {
		found.set(path, {path, name: nameOf(path), facts});
	};

	for (const {path: whole, facts: wholeFacts, isMatch} of named.found) {
		for (const path of whole === '' ? parts : [whole]) {
			const facts = whole === '' ? await factsIfThere(outputs, `${id}/${path}`) : wholeFacts;
			if (facts === undefined) {
				continue;
			}

			roots.push(path);
			if (facts.type !== 'directory' || isMatch || context.flags.tree) {
				put(path, facts);
			}

			if (facts.type === 'directory' && !isMatch) {
				const below = await collect(context, outputs, id, path);
				hasFailed ||= below.hasFailed;
				for (const entry of below.found) {
					found.set(entry.path, entry);
				}
			}
		}
	}

	return {found: sortOutputs([...found.values()]), roots: new Set(outermost(roots)), hasFailed};
};

/** `sojourn ls [PATH…]`: the outputs, one path a line. */
export const run = async (context: Context): Promise<number> => {
	const {tree: isTree = false, json: isJson = false, 0: isExact = false} = context.flags;
	if ([isTree, isJson, isExact].filter(Boolean).length > 1) {
		throw new Failure('--tree, --json and -0 contradict each other: give one of them', 2);
	}

	const {outputs, session} = await chooseSession(context);
	const {found, roots, hasFailed} = await list(context, outputs, session.id);
	if (isJson) {
		printJson(context, {
			session: session.id,
			entries: found.map(({path, facts}) => ({...jsonPath(path), type: facts.type, bytes: facts.bytes, modifiedAt: time(facts.modifiedAt)})),
		});
	} else if (isTree) {
		print(context, drawTree(context, found, roots));
	} else if (isExact) {
		printLines(context, found.map(entry => entry.path), true);
	} else {
		const paint = createPaint(context);
		printTexts(context, found.map(entry => paint(styleOf(entry), printable(entry.path))));
	}

	return hasFailed ? 1 : 0;
};
