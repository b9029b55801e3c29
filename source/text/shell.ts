import {printable} from './printable.js';

/** A path in a command that the user is told to run: printable, and one word to the shell. */
export const shellQuote = (text: string): string => /^[\w./-]+$/.test(text) ? text : `'${printable(text).replaceAll('\'', String.raw`'\''`)}'`;
