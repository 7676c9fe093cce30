import type { DatabaseContext } from '../../../context.ts';
import { type ConnectedDaemon, readDaemons } from '../../../database/read-daemons.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { formatTime } from '../../../text/format-time.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Who leads this manager's daemons, and who stands by. */
export async function checkDaemon({ database, config }: DatabaseContext): Promise<readonly Finding[]> {
  const daemons = await readDaemons(database.knex, config.name);
  const [leader] = daemons.filter(({ leads }) => leads);
  const standbys = daemons.filter(({ leads }) => !leads);
  if (leader !== undefined) return [ok(tellLeader(leader, standbys))];
  if (daemons.length === 0)
    return [ok(`No daemon runs for manager ${config.name}: packs change when somebody runs \`attune-sync apply\`.`)];
  const message = `${countOf(daemons.length, 'daemon')} of manager ${config.name} ${daemons.length === 1 ? 'is' : 'are'} connected, and none leads.`;
  return [warning('no-leader', message, 'Ask again in a few seconds; then look into the log of the daemon.')];
}

function tellLeader({ name, since }: ConnectedDaemon, standbys: readonly ConnectedDaemon[]): string {
  const when = since === null ? '' : ` since ${formatTime(since)}`;
  const others = standbys.length === 0 ? '' : `; standing by: ${standbys.map((one) => one.name).join(', ')}`;
  return `The daemon of ${name} leads${when}${others}.`;
}
