export { formatTime } from '../text/format-time.ts';
