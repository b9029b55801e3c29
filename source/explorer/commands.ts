import {keyLabels, keymapOf, type Binding, type Keymap} from './keymap.js';

/** The commands that match what was typed: each word somewhere in what the help says of them, or in their keys. */
export const matchingCommands = (text: string, keymap: Keymap): readonly Binding[] => {
	const words = text.toLowerCase().split(' ').filter(word => word !== '');
	return keymapOf('browse', keymap).filter(binding => {
		const help = `${binding.group} ${binding.help} ${binding.action}`.toLowerCase();
		return words.every(word => help.includes(word) || keyLabels(binding).split(' ').some(label => label.toLowerCase() === word));
	});
};
