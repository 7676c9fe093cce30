import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

const zip = `
import sys, zipfile
path, name, version, code = sys.argv[1:]
info = f'{name}-{version}.dist-info'
with zipfile.ZipFile(path, 'w') as wheel:
    wheel.writestr(f'{name}.py', code)
    wheel.writestr(f'{info}/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n')
    wheel.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(f'{info}/entry_points.txt', f'[console_scripts]\\n{name} = {name}:main\\n')
    wheel.writestr(f'{info}/RECORD', f'{name}.py,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/entry_points.txt,,\\n{info}/RECORD,,\\n')
`;

/** Makes a wheel of one module, which pip installs without an index. @returns its name */
export async function makeWheel(directory: string, name: string, version: string, code: string): Promise<string> {
  const file = `${name}-${version}-py3-none-any.whl`;
  await mkdir(directory, { recursive: true });
  await runProgram('python3', ['-c', zip, join(directory, file), name, version, code]);
  return file;
}

/** The archive of a package of one file, as `npm pack` makes it. */
export async function makeTarball(name: string, version: string, code: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'npm-package-'));
  try {
    await mkdir(join(directory, 'package'));
    await writeFile(join(directory, 'package/package.json'), JSON.stringify({ name, version, main: 'index.js' }));
    await writeFile(join(directory, 'package/index.js'), code);
    await runProgram('tar', ['-czf', 'package.tgz', 'package'], { directory });
    return await readFile(join(directory, 'package.tgz'));
  } finally {
    await rm(directory, { recursive: true });
  }
}
