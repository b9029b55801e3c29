import {shortId} from '../session/id.js';
import {Failure} from '../text/errors.js';

/** The session that something was to be done with is not there any more. */
export class SessionGone extends Failure {
	override readonly name = 'SessionGone';

	constructor(id: string) {
		super(`the session ${shortId(id)} is gone: it was removed meanwhile`);
	}
}
