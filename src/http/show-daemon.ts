import { renderDaemonJson } from '../commands/leader/render-daemon-status.ts';
import type { DatabaseContext } from '../context.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import { stateMessage } from '../daemon/leader/serve-channel.ts';
import { readDaemons } from '../database/read-daemons.ts';
import type { JsonObject } from '../json.ts';

/** As `status` tells of daemons, with the role of this one. Only who leads has a state; nobody else is asked. */
export async function showDaemon(view: DaemonView, { database, config }: DatabaseContext): Promise<JsonObject> {
  const state = view.state();
  const { role, leader } = state;
  const daemons = await readDaemons(database.knex, config.name);
  const standbys = daemons.filter(({ leads }) => !leads).map(({ name }) => name);
  const told = role === 'leader' ? stateMessage('', view.who, { state, redactor: view.context.redactor }) : null;
  return { role, ...renderDaemonJson({ leader, standbys, state: told }) };
}
