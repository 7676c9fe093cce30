import { needing, openScene, shellEnvironment } from './build-scene.ts';

/** For a process of its own: builds one environment with a script, and says how it went. */
const [directory = '', ref = '', script = ''] = process.argv.slice(2);
try {
  await openScene(directory).prepare(needing(ref, shellEnvironment(script)));
  process.stdout.write('ready');
} catch (error) {
  process.stdout.write(String(error));
}
