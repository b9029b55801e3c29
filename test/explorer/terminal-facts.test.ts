import {describe, expect, test} from 'vitest';
import {
	expectedOf,
	firstQuestions,
	isAwaiting,
	sizeQuestions,
	terminalOf,
	withReply,
	type Protocol,
} from '../../source/explorer/terminal-facts.js';
import type {PictureSetting} from '../../source/settings/look.js';

const size = {columns: 100, rows: 40};

type Answers = {readonly name?: string; readonly attributes?: string; readonly kitty?: string; readonly cell?: string};

/** Asks a terminal that answers so. */
const ask = (environment: Readonly<Record<string, string>>, answers: Answers, setting: PictureSetting = 'auto') => {
	let facts = expectedOf(environment, setting, true);
	let question = firstQuestions(facts);
	const asked = question;
	for (let round = 0; round < 3 && question !== ''; round++) {
		const replies = [
			...(question.includes('>0q') && answers.name !== undefined ? [`P>|${answers.name}`] : []),
			...(question.includes('[16t') && answers.cell !== undefined ? [answers.cell] : []),
			...(question.includes('_G') && answers.kitty !== undefined ? [`_Gi=31;${answers.kitty}`] : []),
			...(question.endsWith('[c') && answers.attributes !== undefined ? [answers.attributes] : []),
		];
		question = '';
		for (const reply of replies) {
			const next = withReply(facts, reply);
			facts = next.facts;
			question += next.question;
		}
	}

	return {asked, facts, terminal: terminalOf(facts, size)};
};

const cell = '[6;18;9t';

test.each<[string, Record<string, string>, Answers, Protocol | undefined]>([
	['kitty', {TERM: 'xterm-kitty'}, {name: 'kitty(0.35)', attributes: '[?62;c', kitty: 'OK', cell}, 'kitty'],
	['kitty under another name', {TERM: 'xterm-256color'}, {name: 'kitty(0.35)', attributes: '[?62;c', kitty: 'OK', cell}, 'kitty'],
	['kitty that says nothing', {TERM: 'xterm-kitty'}, {}, 'kitty'],
	['Ghostty', {TERM: 'xterm-ghostty'}, {name: 'ghostty 1.2', attributes: '[?62;22c', kitty: 'OK'}, 'kitty'],
	['Konsole', {TERM: 'xterm-256color', KONSOLE_VERSION: '230800'}, {name: 'Konsole 23.08', attributes: '[?62;1;4c', kitty: 'OK', cell}, 'kitty'],
	['xterm started from kitty', {TERM: 'xterm-256color', KITTY_WINDOW_ID: '1'}, {name: 'XTerm(390)', attributes: '[?64;1;4;22c', cell}, 'sixel'],
	['xterm without pictures', {TERM: 'xterm-256color'}, {name: 'XTerm(390)', attributes: '[?64;1;22c', cell}, undefined],
	['iTerm2', {TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app'}, {name: 'iTerm2 3.5.0', attributes: '[?64;4c', kitty: 'OK', cell}, 'iterm2'],
	['iTerm2 over SSH, old', {TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2'}, {attributes: '[?62;4c'}, 'iterm2'],
	['WezTerm over SSH', {TERM: 'xterm-256color'}, {name: 'WezTerm 2024', attributes: '[?65;4;6c', kitty: 'OK', cell}, 'iterm2'],
	['mintty', {TERM: 'xterm-256color', TERM_PROGRAM: 'mintty'}, {name: 'mintty 3.7', attributes: '[?65;4c', cell}, 'iterm2'],
	['foot', {TERM: 'foot'}, {name: 'foot(1.17)', attributes: '[?62;4;22c', cell}, 'sixel'],
	['a terminal with sixels that does not tell how large a cell is', {TERM: 'xterm-256color'}, {name: 'old', attributes: '[?62;4c'}, undefined],
	['one that tells only how large its screen is', {TERM: 'xterm-256color'}, {attributes: '[?62;4c', cell: '[4;800;1000t'}, 'sixel'],
	['Terminal.app', {TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal'}, {attributes: '[?1;2c'}, undefined],
	['one that answers nothing', {TERM: 'xterm-256color'}, {}, undefined],
	['tmux in kitty', {TERM: 'tmux-256color', TMUX: '/tmp/t,1,0', KITTY_WINDOW_ID: '1'}, {}, undefined],
	['tmux at the other end of SSH', {TERM: 'xterm-256color'}, {name: 'tmux 3.5', attributes: '[?1;2;4c', cell}, undefined],
	['the console', {TERM: 'linux'}, {}, undefined],
])('%s', (_, environment, answers, expected) => {
	expect(ask(environment, answers).terminal.graphics?.protocol).toBe(expected);
});

test('the size of a cell is what the terminal says, else a part of its screen, else that of a VT340', () => {
	expect(ask({TERM: 'foot'}, {attributes: '[?4c', cell}).terminal.graphics?.cell).toEqual({width: 9, height: 18});
	expect(ask({TERM: 'foot'}, {attributes: '[?4c', cell: '[4;800;1000t'}).terminal.graphics?.cell).toEqual({width: 10, height: 20});
	expect(ask({TERM: 'xterm-kitty'}, {cell: '[6;0;0t'}).terminal.graphics?.cell).toEqual({width: 10, height: 20});
});

describe('what is asked', () => {
	test('is nothing that could be taken for text, until the terminal has told its name', () => {
		expect(ask({TERM: 'xterm'}, {}).asked).toBe('\u{1B}[>0q\u{1B}[16t\u{1B}[14t\u{1B}[c');
		const {facts} = ask({TERM: 'xterm'}, {attributes: '[?1;2c'});
		expect(facts.isAskedForKitty).toBeUndefined();
		expect(isAwaiting(facts)).toBe(false);
	});

	test.each<[string, PictureSetting, Record<string, string>, boolean]>([
		['without colours, or for a screen reader', 'auto', {TERM: 'xterm-kitty'}, false],
		['where half blocks are chosen', 'blocks', {TERM: 'xterm-kitty'}, true],
		['where no pictures are', 'none', {TERM: 'xterm-kitty'}, true],
		['on the console', 'auto', {TERM: 'linux'}, true],
		['on a dumb terminal', 'kitty', {TERM: 'dumb'}, true],
		['in tmux', 'auto', {TERM: 'xterm-256color', TMUX: 'x'}, true],
		['in screen', 'auto', {TERM: 'screen.xterm-256color'}, true],
	])('is nothing %s', (_, setting, environment, mayDraw) => {
		const facts = expectedOf(environment, setting, mayDraw);
		expect(firstQuestions(facts) + sizeQuestions(facts)).toBe('');
		expect(isAwaiting(facts)).toBe(false);
	});

	test('is how large the cells are where a way is chosen, which holds whatever is said', () => {
		const {asked, terminal} = ask({TERM: 'xterm'}, {attributes: '[?1c', cell, name: 'XTerm'}, 'sixel');
		expect(asked).toBe('\u{1B}[16t\u{1B}[14t\u{1B}[c');
		expect(terminal.graphics).toEqual({protocol: 'sixel', cell: {width: 9, height: 18}});
		expect(ask({TERM: 'tmux', TMUX: 'x'}, {}, 'sixel').terminal.graphics).toEqual({protocol: 'sixel', cell: {width: 10, height: 20}});
		expect(ask({TERM: 'xterm-kitty'}, {}, 'blocks').terminal.graphics).toBeUndefined();
	});
});

test('files are taken by kitty and iTerm2, also without colours; not in tmux', () => {
	const of = (environment: Readonly<Record<string, string>>) => terminalOf(expectedOf(environment, 'auto', false), size).transfer;
	expect(of({TERM: 'xterm-kitty'})).toEqual({way: 'kitty'});
	expect(of({TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2', LC_TERMINAL_VERSION: '3.4.9'})).toEqual({way: 'iterm2', hasParts: false});
	expect(of({TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.10.1'})).toEqual({way: 'iterm2', hasParts: true});
	expect(of({TERM: 'tmux-256color', TMUX: 'x', LC_TERMINAL: 'iTerm2'})).toBeUndefined();
	expect(of({TERM: 'xterm-256color'})).toBeUndefined();
	expect(ask({TERM: 'xterm-256color'}, {name: 'iTerm2 3.5.1', attributes: '[?4c'}).terminal.transfer).toEqual({way: 'iterm2', hasParts: true});
	expect(ask({TERM: 'xterm-256color'}, {name: 'kitty(0.35)', attributes: '[?4c'}).terminal.transfer).toEqual({way: 'kitty'});
	expect(ask({TERM: 'xterm-256color', KITTY_WINDOW_ID: '1'}, {name: 'XTerm(390)', attributes: '[?4c'}).terminal.transfer).toBeUndefined();
});

test.each(['', '[', '[?c', '[6;99999999;1t', 'P>|', '_G', '_Gi=32;OK', ']5113;ac=status', '[?62;4', 'P>|\u{0}x'])('the reply %j changes nothing that is drawn', reply => {
	const facts = expectedOf({TERM: 'xterm-256color'}, 'auto', true);
	expect(terminalOf(withReply(facts, reply).facts, size)).toEqual({});
});
