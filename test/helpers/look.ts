import type {Look} from '../../source/settings/look.js';

/** How the explorer is shown where nothing is set, on a terminal of 16 colours. */
export const plainLook: Look = {
	theme: {base: 'terminal', roles: {}}, depth: 16, isAscii: false, hasMouse: false, pictures: 'auto', isLinear: false, keys: {},
};
