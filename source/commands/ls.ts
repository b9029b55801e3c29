import type {Facts, Outputs} from '../outputs/outputs.js';
import {nameOf, parentOf} from '../outputs/path.js';
import {parts} from '../outputs/read-session.js';
import {sortOutputs} from '../outputs/tree-order.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {chooseSession} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, print, printJson, printLines, printTexts, time} from './report.js';
import {factsIfThere, lookBelow} from './look.js';
import {createPaint, type Style} from './paint.js';
import {resolveOutputs} from './resolve-paths.js';

type Found = {readonly path: string; readonly facts: Facts};

const styleOf = ({facts: {type}}: Found): Style | undefined => type === 'directory' ? 'folder' : (type === 'symlink' ? 'link' : undefined);

/** What has no folder around it among the others is a root, and is named in full. */
const drawTree = (context: Context, found: readonly Found[]): string => {
	const paint = createPaint(context);
	const paths = new Set(found.map(({path}) => path));
	const lasts = new Map(found.map(({path}) => [parentOf(path), path])); // The last one of each folder.
	return found.map(entry => {
		const {path, facts} = entry;
		const isRoot = !paths.has(parentOf(path));
		const label = `${paint(styleOf(entry), printable(isRoot ? path : nameOf(path)))}${facts.type === 'directory' ? '/' : ''}${facts.type === 'file' ? `  ${formatBytes(facts.bytes)}` : ''}`;
		if (isRoot) {
			return `${label}\n`;
		}

		const isLast = (one: string): boolean => lasts.get(parentOf(one)) === one;
		let stem = '';
		for (let around = parentOf(path); paths.has(parentOf(around)); around = parentOf(around)) {
			stem = (isLast(around) ? ' '.repeat(4) : '│   ') + stem;
		}

		return `${stem}${isLast(path) ? '└── ' : '├── '}${label}\n`;
	}).join('');
};

/** What is to be listed, in the order of a tree: folders with all that they hold; of what a pattern has found, the entries themselves. */
const list = async (context: Context, outputs: Outputs, id: string): Promise<{readonly found: readonly Found[]; readonly hasFailed: boolean}> => {
	const named = await resolveOutputs(context, outputs, id, context.words.length === 0 ? [''] : context.words);
	const found = new Map<string, Facts>();
	let {hasFailed} = named;
	const put = (path: string, facts: Facts): void => {
		found.set(path, facts);
	};

	for (const {path: whole, facts: wholeFacts, isMatch} of named.found) {
		for (const path of whole === '' ? parts : [whole]) {
			const facts = whole === '' ? await factsIfThere(outputs, id, path) : wholeFacts;
			if (facts === undefined) {
				continue;
			}

			if (facts.type !== 'directory' || isMatch || context.flags.tree) {
				put(path, facts);
			}

			if (facts.type === 'directory' && !isMatch) {
				hasFailed = await lookBelow(context, outputs, id, path, put) || hasFailed;
			}
		}
	}

	return {found: sortOutputs([...found].map(([path, facts]) => ({path, facts}))), hasFailed};
};

/** `sojourn ls [PATH…]`: the outputs, one path a line. */
export const run = async (context: Context): Promise<number> => {
	const {tree: isTree = false, json: isJson = false, 0: isExact = false} = context.flags;
	if ([isTree, isJson, isExact].filter(Boolean).length > 1) {
		throw new Failure('--tree, --json and -0 contradict each other: give one of them', 2);
	}

	const {outputs, session} = await chooseSession(context);
	const {found, hasFailed} = await list(context, outputs, session.id);
	if (isJson) {
		printJson(context, {
			session: session.id,
			entries: found.map(({path, facts}) => ({...jsonPath(path), type: facts.type, bytes: facts.bytes, modifiedAt: time(facts.modifiedAt)})),
		});
	} else if (isTree) {
		print(context, drawTree(context, found));
	} else if (isExact) {
		printLines(context, found.map(entry => entry.path), true);
	} else {
		const paint = createPaint(context);
		printTexts(context, found.map(entry => paint(styleOf(entry), printable(entry.path))));
	}

	return hasFailed ? 1 : 0;
};
