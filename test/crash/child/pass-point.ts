import { appendFileSync } from 'node:fs';
import type { Orders, Point } from './orders.ts';

/** Counts the points of this process, and ends it at the one that was ordered. */
export interface Points {
  readonly orders: Orders;
  /** After something was done. @returns true where the order is for this point, and is not to be killed */
  pass(point: Point): boolean;
  /** Before a file operation. @throws what a full or read-only disk would */
  admit(operation: FileOperation): void;
}

export interface FileOperation {
  readonly syscall: string;
  readonly path: string;
  readonly inStore: boolean;
  readonly needsRoom: boolean;
}

const append = appendFileSync;

export function createPoints(orders: Orders): Points {
  let count = 0;
  return {
    orders,
    pass(point) {
      count += 1;
      const isHere = count === orders.at;
      if (orders.mode === 'count') append(orders.report, `${JSON.stringify(point)}\n`);
      if (isHere) append(orders.report, `${JSON.stringify(point)}\n`);
      if (isHere && orders.mode === 'kill') process.kill(process.pid, 'SIGKILL');
      return isHere;
    },
    admit({ syscall, path, inStore, needsRoom }) {
      if (!inStore || count + 1 < orders.at) return;
      if (orders.mode === 'read-only') throw refused('EROFS', 'read-only file system', syscall, path);
      if (orders.mode === 'full' && needsRoom) throw refused('ENOSPC', 'no space left on device', syscall, path);
    },
  };
}

function refused(code: string, sentence: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${sentence}, ${syscall} '${path}'`), { code, syscall, path });
}
