import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A pass leaves some 10 MB, which V8 alone gathers over many passes where the machine has much memory. */
const roomBytes = 40_000_000;

/**
 * Makes the function that collects garbage where enough has gathered, to be called while nothing waits for the daemon.
 * Not after every pass: with the last object of a shape V8 throws away the code that it compiled for that shape, and
 * would compile it again in each pass.
 */
export function createCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let least = getHeapStatistics().used_heap_size;
  return () => {
    if (getHeapStatistics().used_heap_size < least + roomBytes) return;
    collect();
    least = getHeapStatistics().used_heap_size;
  };
}
