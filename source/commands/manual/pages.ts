/** What only the manual page says: the help would be too long with it. */

export const description = [
	'A program writes files for you: pictures, tables, reports. They belong to one stay, the session, which has its own single outputs and its own batches (bulk), is seen by nobody else, and expires.',
	'Without a command sojourn opens the explorer: a tree of what a session holds, with previews. Without a terminal it prints what "sojourn ls" prints. The commands do the same for scripts.',
	'A session is named by its id, its label, or 4 or more characters that its id starts with. Where none is named, the current one is meant: the one that was started or resumed last.',
	String.raw`A PATH is as "sojourn ls" prints it: single/a.png, bulk/batch-1. Names are printed so that they can do nothing to a terminal (\x1b for an escape, \\ for a backslash), and are understood in that form; -0 and --json give them exactly.`,
	'In ls and export a PATH may be a pattern: * and ? match within a name, ** any folders, [a-z] and {png,jpg} as in bash; hidden names match as well. What is there under the very name comes first. rm takes no patterns.',
	'Data goes to standard output, everything else to standard error; --json prints one document.',
];

export const expiry = [
	'A session expires when nothing in it was touched for the timeout (--max-age-hours). It is swept when the explorer opens, by "sojourn start", "sojourn run" and "sojourn sweep", and spared while something holds it, has a file in it open, or keeps it. "sojourn sweep --dry-run" says what would go, and why the others stay.',
	'"sojourn run" holds the session until its command has ended, and passes signals on to it; nohup(1) goes behind the --. Whoever else writes into a session can hold it meanwhile by a shared flock(1) on its directory.',
];

export const files: ReadonlyArray<readonly [path: string, what: string]> = [
	['OUTPUTS/ID/', 'a session; its id is a lower-case UUID, its mode 0700'],
	['OUTPUTS/ID/.session.json', 'its marker: id, label, times, and how long it is kept'],
	['OUTPUTS/ID/single/', 'its one-off outputs'],
	['OUTPUTS/ID/bulk/', 'its batches, a folder each'],
	['OUTPUTS/single/, OUTPUTS/bulk/', 'shared by older deployments: browsed, never changed but by "sojourn legacy"'],
	['OUTPUTS/.sojourn-UID/', 'trash, leases, and what is remembered of the clock'],
	['OUTPUTS/.sojourn.json', 'the deployment\'s policy: maxAgeHours, sharedGroup; believed if it belongs to root or the directory\'s owner and nobody else can write it'],
	['~/.config/sojourn/config.json', 'settings'],
	['~/.local/state/sojourn/current/', 'which session is the current one, for each outputs directory'],
	['~/.local/state/sojourn/sojourn.log', 'what was removed, when, and on what evidence, as JSON lines'],
	['~/.cache/sojourn/', 'what Node has compiled, which makes the next start quicker'],
];

/** What is read besides the settings. */
export const environment: ReadonlyArray<readonly [name: string, what: string]> = [
	['XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME', 'stand for ~/.config, ~/.local/share, ~/.local/state and ~/.cache'],
	['SESSION_ID, SESSION_DIR, SINGLE_DIR, BULK_DIR', 'set by "sojourn run" for its command, with SOJOURN_SESSION and SOJOURN_OUTPUTS'],
	['EDITOR, VISUAL, PAGER', 'what e and i in the explorer open files with'],
	['TERM, COLORTERM', 'how many colours there are'],
	['LC_ALL, LC_CTYPE, LANG', String.raw`where they name no UTF-8, plain ASCII is drawn, and other characters of names are shown as \xNN`],
];

export const examples: ReadonlyArray<readonly [command: string, what: string]> = [
	['sojourn start --label holiday', 'Start a session.'],
	['sojourn add photo.png notes/', 'Copy a file into single/, and a folder as one batch into bulk/.'],
	['render | sojourn add - --name result.png', 'Keep what a program writes.'],
	['sojourn run -- render --movie', 'Run a program that finds SINGLE_DIR and BULK_DIR in its environment, and hold the session meanwhile.'],
	['flock -s "$(sojourn path)/." render --out "$(sojourn path single)"', 'Let a program write into the session, which is held meanwhile.'],
	['sojourn export single/photo.png --to ~/', 'Take one file home, over no other.'],
	['ssh host sojourn export --zip --to - > outputs.zip', 'Take everything home over SSH.'],
	['sojourn sweep --dry-run', 'See what has expired, what is kept, and why.'],
	['eval "$(sojourn completions bash)"', 'Complete command lines in this shell.'],
];

export const seeAlso: readonly string[] = ['flock(1)', 'ssh(1)', 'unzip(1)', 'zip(1)'];
