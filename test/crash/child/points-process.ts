import { type Orders, ordersVariable } from './orders.ts';
import { createPoints } from './pass-point.ts';
import { wrapCommands } from './wrap-commands.ts';
import { wrapFiles } from './wrap-files.ts';
import { wrapStatements } from './wrap-statements.ts';

// Imported before the command line: what it changes is what the command line then imports.
const given = process.env[ordersVariable];
if (given !== undefined) {
  delete process.env[ordersVariable];
  const points = createPoints(JSON.parse(given) as Orders);
  wrapStatements(points);
  wrapFiles(points);
  wrapCommands(points);
}
