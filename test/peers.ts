/**
What good terminal file managers have, what this program has of it, and the tests that hold each claim. The table of the README is made from it.
*/

export const peers = ['yazi', 'ranger', 'lf', 'nnn', 'broot', 'superfile', 'xplr', 'vifm', 'gdu, ncdu'] as const;

/** `Y` built in, `P` by a plugin or another program, `~` in part, `N` not found, `?` not known. */
type Verdict = 'Y' | 'P' | '~' | 'N' | '?' | 'sixel' | 'opt' | 'flag';

export type Feature = {
	readonly name: string;
	/** The verdict on this program. */
	readonly own: Verdict;
	/** Keys as the help names them, commands, flags and variables in backticks; other words as they are. */
	readonly how: string;
	/** In the order of `peers`. */
	readonly others: readonly Verdict[];
	/** A file below `test/`, and the name of a test in it, as it stands there. */
	readonly tests: ReadonlyArray<readonly [file: string, name: string]>;
};

const verdicts = (text: string): Verdict[] => text.split(' ') as Verdict[];

export const features: readonly Feature[] = [
	{
		name: 'expandable tree', own: 'Y', how: '`l` `h` `Return`', others: verdicts('N N N N Y N P Y N'),
		tests: [['explorer/browse.test.ts', 'open, close, and lead to the one around, from anywhere'], ['terminal/browse.test.ts', 'it opens with single and bulk expanded and the cursor on the first row, and one can walk']],
	},
	{
		name: 'fuzzy filter', own: 'Y', how: '`f`', others: verdicts('P ~ N Y Y Y Y ~ ~'),
		tests: [['explorer/filter.test.ts', 'reads the session when it opens, asks with each letter, and shows the best under the cursor'], ['terminal/find-and-act.test.ts', 'what a filter finds is removed and stays removed; the log says so']],
	},
	{
		name: 'sort', own: 'Y', how: '`,n` `,s` `,m` `,e`', others: verdicts('Y Y Y Y Y Y Y Y Y'),
		tests: [['explorer/effects/filter.test.ts', 'is that of the disk'], ['terminal/find-and-act.test.ts', 'orders, commands and finding, by their keys']],
	},
	{
		name: 'marks across directories', own: 'Y', how: '`Space` `a` `A` `u`', others: verdicts('Y ~ Y Y Y ~ Y ~ ~'),
		tests: [['explorer/marks.test.ts', 'marks hold to their paths: closed folders, hidden files, reading again, files that come and go'], ['terminal/take-home.test.ts', 'what is marked becomes one ZIP at the place that one names']],
	},
	{
		name: 'range marks', own: 'Y', how: '`v`', others: verdicts('Y Y Y Y N Y N Y N'),
		tests: [['explorer/marks.test.ts', '%s marks what it covers'], ['terminal/browse.test.ts', 'all act, each on what the one before has left']],
	},
	{
		name: 'text and code preview', own: 'Y', how: 'beside the tree; `Return` `J` `K` `P`', others: verdicts('Y P ~ Y Y Y P P ~'),
		tests: [['preview/texts.test.ts', 'is shown as it is, its parts named'], ['terminal/preview.test.ts', 'texts are shown by their kind, each as it is best read']],
	},
	{
		name: 'CSV as a table', own: 'Y', how: 'beside the tree', others: verdicts('N N N N N N N N N'),
		tests: [['preview/texts.test.ts', 'has its columns aligned, numbers to the right, its head at the top'], ['terminal/preview.test.ts', 'texts are shown by their kind, each as it is best read']],
	},
	{
		name: 'images', own: 'Y', how: 'kitty graphics, iTerm2, sixel, half blocks', others: verdicts('Y Y sixel P Y Y N P N'),
		tests: [['preview/pictures.test.ts', 'a picture fits into its pane, and keeps its shape'], ['terminal/preview.test.ts', 'is drawn in half blocks, in the colours that the terminal can show, and goes with its file'], ['terminal/graphics.test.ts', 'a picture is drawn by the terminal, and goes with its file, its screen and the program'], ['terminal/graphics.test.ts', 'in iTerm2 it is drawn in strips of whole rows'], ['terminal/graphics.test.ts', 'in a terminal with sixels it is drawn in those']],
	},
	{
		name: 'async I/O', own: 'Y', how: 'always', others: verdicts('Y N Y ~ Y ~ ~ ~ Y'),
		tests: [['explorer/effects/filter.test.ts', 'answers while it is still reading, with many files, and keys are not kept waiting for it'], ['terminal/browse.test.ts', '100,000 files open, and one can go to their ends']],
	},
	{
		name: 'progress, task list, cancel', own: 'Y', how: '`w`; there `x` `r`; `Ctrl+C` cancels', others: verdicts('Y Y ~ ~ N ~ N Y Y'),
		tests: [['explorer/tasks.test.ts', 'several run, one is cancelled, and each keeps its row'], ['terminal/tasks.test.ts', 'exports run side by side; one is cancelled in the list, one fails and is tried again'], ['terminal/take-home.test.ts', 'an export by %s that is cancelled leaves nothing, and the explorer goes on']],
	},
	{
		name: 'live refresh', own: 'Y', how: 'by itself; `R`', others: verdicts('Y ~ opt Y opt ? Y Y N'),
		tests: [['explorer/effects/follow.test.ts', 'a new file, one renamed, one removed, folders made and removed'], ['terminal/live.test.ts', 'a producer writes while one looks: all of it appears, and the screen stands still']],
	},
	{
		name: 'searchable help, which-key', own: 'Y', how: '`?` `:`, and the choice after `,` or `y`', others: verdicts('Y Y Y Y Y Y Y Y Y'),
		tests: [['explorer/actions.test.ts', 'all of them are there, are searched by words, and are run by Return'], ['explorer/actions.test.ts', 'the help is searched by them'], ['terminal/find-and-act.test.ts', 'orders, commands and finding, by their keys']],
	},
	{
		name: 'NO_COLOR', own: 'Y', how: '`NO_COLOR`', others: verdicts('N N N Y N N Y N flag'),
		tests: [['terminal/browse.test.ts', 'with NO_COLOR there is no colour, and still a cursor'], ['terminal/preview.test.ts', 'is told, not drawn, with NO_COLOR']],
	},
	{
		name: 'OSC 52 copy', own: 'Y', how: '`yp` `yn` `yc`', others: verdicts('Y N ~ P N N N N N'),
		tests: [['terminal/find-and-act.test.ts', 'a path is copied %s, and shown'], ['explorer/effects/filter.test.ts', 'what is copied is the path on this machine, the name, or a command that a shell reads as it is meant']],
	},
	{
		name: 'editor and pager', own: 'Y', how: '`e` `i`', others: verdicts('Y Y Y Y Y Y Y Y ~'),
		tests: [['terminal/find-and-act.test.ts', 'an editor and a pager have the terminal while they run, Ctrl+C is theirs, and the screen comes back']],
	},
	{
		name: 'directory sizes', own: 'Y', how: 'beside each folder', others: verdicts('Y Y Y Y Y ~ N Y Y'),
		tests: [['explorer/effects/filter.test.ts', 'what a folder holds is counted with all that is below it, one folder after the other'], ['explorer/folder-totals.test.ts', 'folders on screen are counted, once, and again when they were read again']],
	},
	{
		name: 'ZIP, streamed, cancellable', own: 'Y', how: '`z`, `sojourn export`', others: verdicts('P P P ~ P ~ N P N'),
		tests: [['export/zip-suite.test.ts', 'a session becomes an archive that every reader takes, with each byte and folder'], ['terminal/take-home.test.ts', 'an export by %s that is cancelled leaves nothing, and the explorer goes on']],
	},
	{
		name: 'names made printable', own: 'Y', how: 'everywhere', others: verdicts('Y Y Y Y Y Y ~ Y ~'),
		tests: [['text/printable.test.ts', 'lands on one line of a real terminal, and leaves its title, colours and cursor alone'], ['terminal/browse.test.ts', 'names and contents that are meant to harm reach the terminal as text']],
	},
	{
		name: 'screen reader, hardware cursor', own: 'Y', how: '`INK_SCREEN_READER`; the cursor always', others: verdicts('N opt Y ~ N N N Y ?'),
		tests: [['terminal/everyone.test.ts', 'by %s: lines of text, and of a change only what is new'], ['terminal/everyone.test.ts', 'the terminal\'s own cursor is on the focused row, or in the text that is typed']],
	},
	{
		name: 'scriptable, JSON', own: 'Y', how: '`--json` `-0` `--print-path`', others: verdicts('~ ~ ~ ~ ~ ~ ~ ~ Y'),
		tests: [['commands/sessions.test.ts', 'prints JSON as it should be'], ['terminal/print-path.test.ts', 'is the focused path, and nothing but that, while the screen is on the terminal']],
	},
	{
		name: 'read-only mode', own: 'Y', how: '`s` `i`', others: verdicts('N N N N N N Y N Y'),
		tests: [['explorer/actions.test.ts', 'in a session that one only looks at nothing is removed, edited or kept'], ['terminal/sessions.test.ts', 'inspects, keeps, lifts, ends and sweeps, and leaves no trace in what was merely looked at, kept or lifted']],
	},
	{
		name: 'sessions with expiry, isolation, export', own: 'Y', how: '`s`, `sojourn sweep`, `sojourn export`', others: verdicts('N N N N N N N N N'),
		tests: [['commands/sweep.test.ts', 'says what it removes and why; the JSON is as it should be'], ['commands/users.test.ts', 'see and name their own sessions only: not in lists, by prefix or label, nor in messages'], ['terminal/sessions.test.ts', 'a user resumes another session, starts one, relabels, looks inside and back, and ends one']],
	},
];

/** The table of the README, in Markdown. */
export const peersMarkdown = (): string => [
	`| | sojourn | | ${peers.join(' | ')} |`,
	`|---|---|${'---|'.repeat(peers.length + 1)}`,
	...features.map(({name, own, how, others}) => `| ${name} | ${own} | ${how} | ${others.join(' | ')} |`),
].join('\n');
