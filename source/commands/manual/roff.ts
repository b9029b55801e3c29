/** The few requests of man(7) that a manual page is made of. */

/** Widest line of the source: what tools that check manual pages want. */
const width = 78;

const characters: Readonly<Record<string, string>> = {
	'\\': String.raw`\e`,
	'-': String.raw`\-`,
	'\'': String.raw`\(aq`,
	'`': String.raw`\(ga`,
	'^': String.raw`\(ha`,
	'~': String.raw`\(ti`,
	'"': String.raw`\(dq`,
	'…': '...',
	// Not every terminal that shows manual pages has arrows.
	'↓': 'Down',
	'↑': 'Up',
	'←': 'Left',
	'→': 'Right',
};

const escapeAll = (text: string): string => text.replaceAll(/[\\\-'`^~"…↓↑←→]/g, character => characters[character]!);

/** Text as it is, whatever it holds: characters that roff would read, or draw as others. @throws Error for a character that nobody has thought of */
export const escapeRoff = (text: string): string => {
	const escaped = escapeAll(text);
	if (/[^ -~]/.test(escaped)) {
		throw new Error(`no manual page can show ${JSON.stringify(text)} as it is: give source/commands/manual/roff.ts what stands for it`);
	}

	return escaped.replace(/^\./, String.raw`\&.`);
};

/** Lines of running text, a sentence on lines of its own. */
const fill = (text: string): string => text.split(/(?<=[.:]) (?=[A-Z"])/).flatMap(sentence => {
	const lines: string[] = [];
	let line = '';
	for (const plain of sentence.split(' ')) {
		const word = plain === '?' ? String.raw`?\&` : escapeAll(plain); // Alone it ends no sentence.
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
}).map(line => line.replace(/^\./, String.raw`\&.`)).join('\n');

const sentence = (text: string): string => /[.!?]$/.test(text) ? text : `${text}.`;

export const title = (name: string, section: number, date: string, source: string, manual: string): string =>
	`.TH ${name} ${section} "${date}" "${escapeAll(source)}" "${escapeAll(manual)}"\n.nh\n`; // A flag that is hyphenated is no flag.

export const heading = (text: string): string => `.SH ${text}\n`;

export const subheading = (text: string): string => `.SS ${escapeRoff(text)}\n`;

export const paragraph = (text: string): string => `.PP\n${fill(sentence(text))}\n`;

/** A term, as `bold` and `usageTerm` make it, and what is said of it. */
export const item = (term: string, text: string): string => `.TP\n${term}\n${fill(sentence(`${text[0]!.toUpperCase()}${text.slice(1)}`))}\n`;

/** More of the item before, on lines of its own. */
export const more = (text: string): string => `.IP\n${fill(sentence(text))}\n`;

/** A word as it is typed. */
export const bold = (text: string): string => String.raw`\fB${escapeRoff(text)}\fR`;

/** A usage: what is typed bold, what stands for something else, in capitals, italic. */
export const usageTerm = (usage: string): string => usage.replaceAll(/(?<typed>-*[a-z\d][a-z\d-]*)|(?<value>[A-Z]+)|./g, (text, typed: string | undefined, value: string | undefined) => {
	const escaped = escapeAll(text);
	return typed === undefined && value === undefined ? escaped : String.raw`\f${typed === undefined ? 'I' : 'B'}${escaped}\fR`;
});

/** A command as it is typed, in lines of its own. */
export const example = (what: string, command: string): string => `.PP\n${fill(what)}\n.PP\n.RS 4\n.nf\n${escapeRoff(command)}\n.fi\n.RE\n`;

/** What is said of an item, further in. */
export const nested = (items: string): string => `.RS\n${items}.RE\n`;
