export {sweep} from './outputs/sweep.js';
