import fs from 'node:fs';
import path from 'node:path';

/** Where the recipes for administrators stand. */
const file = path.join(import.meta.dirname, '../../README.md');

/** The fenced block that follows a line `<!-- recipe: NAME -->`. */
export const readRecipe = (name: string): string => {
	const [, after] = fs.readFileSync(file, 'utf8').split(`<!-- recipe: ${name} -->\n`);
	const block = /^```[a-z]*\n(?<text>[\s\S]*?)^```$/m.exec(after ?? '');
	if (block?.index !== 0) {
		throw new Error(`there is no block after <!-- recipe: ${name} -->`);
	}

	return block.groups!['text']!;
};

/** The commands of a recipe in which each stands on a line, without what is said of them. */
export const readRecipeLines = (name: string): string[] => readRecipe(name).split('\n').map(line => line.replace(/\s+# .*$/, '')).filter(line => line !== '');

/** The names of all recipes. */
export const recipeNames = (): string[] => [...fs.readFileSync(file, 'utf8').matchAll(/^<!-- recipe: (\S+) -->$/gm)].map(match => match[1]!);
