import { createInterface } from 'node:readline';
import { openServer } from '../../../src/database/embedded/open-server.ts';
import { silentLogger, testServerSettings } from '../../support/server.ts';

/** A process that opens the embedded server of the directory given, says `open`, and closes it when its input ends. */
const [stateDir = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const server = await openServer({ stateDir, log: silentLogger, signal, settings: testServerSettings });
process.stdout.write('open\n');
for await (const _line of createInterface({ input: process.stdin })) break;
await server.close();
process.stdout.write('closed\n');
