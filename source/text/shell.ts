import {printable} from './printable.js';

/** One word to the shell, whatever it holds. */
export const quoteForShell = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;

/** A path in a command that the user is told to run: printable, and one word to the shell. */
export const shellQuote = (text: string): string => /^[\w./-]+$/.test(text) ? text : quoteForShell(printable(text));
