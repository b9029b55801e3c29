import {
	copyFile,
	mkdir,
	mkdtemp,
	rm,
	writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import Xo from 'xo';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';

type Case = readonly [file: string, code: string];

const value = (specifier: string): string => `import {thing} from '${specifier}';\n\nexport const other = thing;\n`;
const dynamic = (specifier: string): string => `export const load = async () => import('${specifier}');\n`;
const type = (specifier: string): string => `import type {Thing} from '${specifier}';\n\nexport type Other = Thing;\n`;
const inlineType = (specifier: string): string => `import {type Thing} from '${specifier}';\n\nexport type Other = Thing;\n`;
const reexport = (specifier: string): string => `export * from '${specifier}';\n`;

const refused: readonly Case[] = [
	['source/text/session.ts', value('../session/id.js')],
	['source/text/read.ts', value('node:fs/promises')],
	['source/session/outputs.ts', value('../outputs/outputs.js')],
	['source/session/outputs-later.ts', dynamic('../outputs/outputs.js')],
	['source/session/outputs-type.ts', type('../outputs/outputs.js')],
	['source/session/settings.ts', value('../settings/settings.js')],
	['source/session/read.ts', value('node:fs')],
	['source/settings/files.ts', value('../files/walk.js')],
	['source/settings/read.ts', value('node:fs/promises')],
	['source/files/outputs.ts', value('../outputs/outputs.js')],
	['source/outputs/export.ts', value('../export/zip.js')],
	['source/outputs/all.ts', reexport('../export/zip.js')],
	['source/outputs/export-later.ts', dynamic('../export/zip.js')],
	['source/outputs/local/preview.ts', value('../../preview/text.js')],
	['source/export/explorer.ts', value('../explorer/model.js')],
	['source/preview/commands.ts', value('../commands/ls.js')],
	['source/legacy/ui.ts', dynamic('../ui/app.js')],
	['source/explorer/ui.ts', value('../ui/app.js')],
	['source/explorer/update.ts', value('../files/walk.js')],
	['source/explorer/update-deep.ts', value('../outputs/local/local.js')],
	['source/explorer/update-later.ts', dynamic('../export/zip.js')],
	['source/explorer/update-read.ts', value('node:fs/promises')],
	['source/explorer/dialogs/export.ts', value('../../export/zip.js')],
	['source/explorer/effects/ui.ts', value('../../ui/app.js')],
	['source/ui/commands.tsx', value('../commands/ls.js')],
	['source/ui/commands-later.tsx', dynamic('../commands/ls.js')],
	['source/ui/cli.ts', value('../cli.js')],
	['source/commands/ls.ts', value('../ui/app.js')],
	['source/commands/ls-later.ts', dynamic('../ui/app.js')],
	['source/commands/demo/demo.ts', dynamic('../../ui/app.js')],
	['source/commands/explore.ts', value('../ui/screen.js')],
	['source/cli.ts', dynamic('./ui/app.js')],
	['source/index.ts', value('./ui/app.js')],
	['source/library/watch.ts', value('../explorer/watching.js')],
	['source/library/watch-later.ts', dynamic('../explorer/watching.js')],
];

const allowed: readonly Case[] = [
	['source/session/text.ts', value('../text/names.js')],
	['source/settings/session.ts', value('../session/id.js')],
	['source/settings/path.ts', value('node:path')],
	['source/files/session.ts', value('../text/names.js')],
	['source/files/read.ts', value('node:fs/promises')],
	['source/outputs/files.ts', value('../files/walk.js')],
	['source/outputs/local/settings.ts', value('../../settings/policy.js')],
	['source/outputs/local/outputs.ts', value('../outputs.js')],
	['source/export/preview.ts', value('../preview/text.js')],
	['source/explorer/model.ts', type('../outputs/outputs.js')],
	['source/explorer/model-inline.ts', inlineType('../outputs/outputs.js')],
	['source/explorer/model-text.ts', value('../text/width.js')],
	['source/explorer/effects/export.ts', value('../../export/zip.js')],
	['source/explorer/effects/export-later.ts', dynamic('../../export/zip.js')],
	['source/explorer/effects/read.ts', value('node:fs/promises')],
	['source/ui/explorer.tsx', value('../explorer/model.js')],
	['source/commands/sweep.ts', value('../outputs/sweep.js')],
	['source/library/sweep.ts', value('../commands/sweep.js')],
	['source/commands/export-later.ts', dynamic('../export/zip.js')],
	['source/commands/explorer.ts', dynamic('./explore.js')],
	['source/start.ts', dynamic('./commands/ls.js')],
	['test/ui/app.test.ts', dynamic('../../source/ui/app.js')],
];

// The explore command again: it is the one that may load the screen, when it runs.
const allowedExplore: Case = ['source/commands/explore.ts', `${type('../ui/screen.js')}\n${dynamic('../ui/screen.js')}`];

const importRules = new Set(['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax']);
const root = path.join(import.meta.dirname, '../..');
const projects: string[] = [];

/** Lints the sources in a project of their own that has this one's lint settings; gives what the import rule says of each. */
const lint = async (sources: readonly Case[]): Promise<Map<string, string[]>> => {
	const project = await mkdtemp(path.join(tmpdir(), 'sojourn-lint-'));
	projects.push(project);
	for (const name of ['xo.config.js', 'tsconfig.json']) {
		await copyFile(path.join(root, name), path.join(project, name));
	}

	await writeFile(path.join(project, 'package.json'), '{"name": "rule", "type": "module"}');
	for (const [file, code] of sources) {
		await mkdir(path.dirname(path.join(project, file)), {recursive: true});
		await writeFile(path.join(project, file), code);
	}

	const report = await new Xo({cwd: project, ts: true}).lintFiles(sources.map(([file]) => file));
	const fatal = report.results.flatMap(result => result.messages.filter(message => message.fatal));
	expect(fatal).toEqual([]);
	return new Map(report.results.map(result => [
		path.relative(project, result.filePath),
		result.messages.filter(message => importRules.has(message.ruleId ?? '')).map(message => message.message),
	]));
};

describe('the import rule', () => {
	let messages: Map<string, string[]>;

	beforeAll(async () => {
		messages = await lint([...refused, ...allowed]);
	}, 60_000);

	afterAll(async () => {
		for (const project of projects) {
			await rm(project, {recursive: true});
		}
	});

	test.each(refused)('refuses %s: %j', file => {
		expect(messages.get(file)).toHaveLength(1);
		expect(messages.get(file)![0]).toMatch(/one way|pure|library|Only commands\/explore|only effects\/|entry points/);
	});

	test.each(allowed)('allows %s: %j', file => {
		expect(messages.get(file)).toEqual([]);
	});

	test('lets the explore command load the screen when it runs, and name its types', async () => {
		expect(await lint([allowedExplore])).toEqual(new Map([['source/commands/explore.ts', []]]));
	}, 60_000);
});
