import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import type { FileOperation, Points } from './pass-point.ts';

/** Replaces what changes files in node:fs and node:fs/promises by the same in steps that each end at a point. */
export function wrapFiles(points: Points): void {
  const fs = createRequire(import.meta.url)('node:fs') as typeof import('node:fs');
  const real = { ...fs.promises };
  const realSync = { ...fs };
  const { root, store } = points.orders;
  const isBelow = (path: string, directory: string) => path === directory || path.startsWith(`${directory}/`);
  const nameOf = (path: string) => shorten(relative(root, path));
  const opened = new Map<number, string>();

  const describe = (syscall: string, path: string, needsRoom: boolean): FileOperation | null =>
    isBelow(path, root) ? { syscall, path, inStore: isBelow(path, store), needsRoom } : null;
  const passed = (operation: FileOperation, name: string) => {
    const { inStore, needsRoom } = operation;
    points.pass({ kind: 'file', name, inStore, needsRoom });
  };
  const step = async <T>(
    syscall: string,
    path: string,
    needsRoom: boolean,
    work: () => Promise<T>,
    to = '',
  ): Promise<T> => {
    const operation = describe(syscall, resolve(path), needsRoom);
    if (operation === null) return work();
    points.admit(operation);
    const result = await work();
    passed(operation, `${syscall} ${nameOf(operation.path)}${to === '' ? '' : ` → ${nameOf(resolve(to))}`}`);
    return result;
  };
  const stepSync = <T>(syscall: string, path: string, needsRoom: boolean, work: () => T, to = ''): T => {
    const operation = describe(syscall, resolve(path), needsRoom);
    if (operation === null) return work();
    points.admit(operation);
    const result = work();
    passed(operation, `${syscall} ${nameOf(operation.path)}${to === '' ? '' : ` → ${nameOf(resolve(to))}`}`);
    return result;
  };
  const missingLevels = (path: string): string[] => {
    const levels: string[] = [];
    for (let level = resolve(path); !realSync.existsSync(level); level = dirname(level)) levels.unshift(level);
    return levels;
  };
  const removeTree = async (path: string): Promise<void> => {
    const found = await real.lstat(path);
    if (!found.isDirectory()) return step('unlink', path, false, () => real.unlink(path));
    for (const name of await real.readdir(path)) await removeTree(join(path, name));
    await step('rmdir', path, false, () => real.rmdir(path));
  };

  Object.assign(fs.promises, {
    rename: (from: string, to: string) => step('rename', from, false, () => real.rename(from, to), to),
    symlink: (target: string, path: string) => step('symlink', path, true, () => real.symlink(target, path)),
    link: (from: string, path: string) => step('link', path, true, () => real.link(from, path)),
    unlink: (path: string) => step('unlink', path, false, () => real.unlink(path)),
    rmdir: (path: string) => step('rmdir', path, false, () => real.rmdir(path)),
    chmod: (path: string, mode: number) => step('chmod', path, false, () => real.chmod(path, mode)),
    lchown: (path: string, uid: number, gid: number) => step('lchown', path, false, () => real.lchown(path, uid, gid)),
    async mkdir(path: string, options?: { recursive?: boolean; mode?: number }) {
      if (options?.recursive !== true) return step('mkdir', path, true, () => real.mkdir(path, options));
      let first: string | undefined;
      for (const level of missingLevels(path)) {
        await step('mkdir', level, true, () =>
          real.mkdir(level, options).then((made) => {
            first ??= made;
          }),
        );
      }
      return first;
    },
    async rm(path: string, options: { recursive?: boolean; force?: boolean } = {}) {
      const found = await real.lstat(path).catch(() => null);
      if (found === null && options.force === true) return;
      if (found?.isDirectory() && options.recursive === true) return removeTree(path);
      return step('unlink', path, false, () => real.rm(path, options));
    },
    async writeFile(path: string, data: string, options?: { flag?: string; mode?: number }) {
      if (typeof path === 'string' && options?.flag === undefined)
        await step('create', path, true, () => real.writeFile(path, '', options));
      return step('write', String(path), true, () => real.writeFile(path, data, options));
    },
    async copyFile(from: string, to: string, mode?: number) {
      if (mode === undefined) await step('create', to, true, () => real.writeFile(to, ''));
      return step('copy', to, true, () => real.copyFile(from, to, mode));
    },
    async open(path: string, flags = 'r', mode?: number) {
      const open = () => real.open(path, flags, mode);
      return flags === 'r' ? open() : step('open', path, true, open);
    },
  });
  Object.assign(fs, {
    renameSync: (from: string, to: string) => stepSync('rename', from, false, () => realSync.renameSync(from, to), to),
    chmodSync: (path: string, mode: number) => stepSync('chmod', path, false, () => realSync.chmodSync(path, mode)),
    lchownSync: (path: string, uid: number, gid: number) =>
      stepSync('lchown', path, false, () => realSync.lchownSync(path, uid, gid)),
    fchmodSync(descriptor: number, mode: number) {
      const path = opened.get(descriptor);
      const work = () => realSync.fchmodSync(descriptor, mode);
      return path === undefined ? work() : stepSync('chmod', path, false, work);
    },
    mkdirSync(path: string, options?: { recursive?: boolean; mode?: number }) {
      if (options?.recursive !== true) return stepSync('mkdir', path, true, () => realSync.mkdirSync(path, options));
      const levels = missingLevels(path);
      for (const level of levels) stepSync('mkdir', level, true, () => realSync.mkdirSync(level, options));
      return levels[0];
    },
    openSync(path: string, flags: string | number = 'r', mode?: number) {
      const open = () => realSync.openSync(path, flags, mode);
      if (typeof flags === 'number' ? (flags & 3) === 0 : flags === 'r') return open();
      const descriptor = stepSync('open', path, true, open);
      if (isBelow(resolve(path), root)) opened.set(descriptor, resolve(path));
      return descriptor;
    },
    writeSync(descriptor: number, ...rest: unknown[]) {
      const write = () => Reflect.apply(realSync.writeSync, fs, [descriptor, ...rest]) as number;
      const path = opened.get(descriptor);
      return path === undefined ? write() : stepSync('write', path, true, write);
    },
    closeSync(descriptor: number) {
      opened.delete(descriptor);
      realSync.closeSync(descriptor);
    },
  });
  syncBuiltinESMExports();
}

/** Without what differs from run to run. */
function shorten(path: string): string {
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{run}')
    .replace(/[0-9a-f]{64}(\.[0-9a-f]{12})?/g, '{digest}')
    .replace(/(link-|\.store\.json\.)\d+/, '$1{pid}')
    .replace(/\d{4}-\d\d-\d\dT\d+Z/, '{time}');
}
