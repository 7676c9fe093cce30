import type { PackEnvironment } from '../../environments/environment.ts';
import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hangText } from '../../text/wrap-text.ts';
import { sayEnd } from '../holds.ts';
import type { ContentVersion, Note, OverrideChange, PackChange } from '../plan.ts';
import type { ToldTests } from '../tests/told-tests.ts';
import { renderComponents } from './render-components.ts';
import { renderField } from './render-field.ts';
import { labelled, renderNotes } from './render-notes.ts';
import { colourOf, signOf } from './render-sign.ts';
import { formatValue, maskField } from './render-value.ts';

const indent = '    ';
/** Above what a blocked change would do. */
const notDone = 'None of this is done while it is blocked:';
/** Paths that are named of one kind of drift. */
const shownDrift = 20;
/** Actions that bring content: that its files are published needs no line. */
const silentFiles: ReadonlySet<string> = new Set(['install', 'reinstall', 'remove', 'forget']);

/** One pack's change: what and why, the pack's own fields, its components, then what it keeps, relinks and is blocked by. */
export function renderPackChange(change: PackChange, options: { paint: Paint; width: number }): string[] {
  const { paint } = options;
  const inner = { paint, width: options.width - indent.length };
  const rows = [...renderPackFields(change, inner), ...renderComponents(change, inner)];
  const body = [
    ...rows,
    ...labelled('files', describeFiles(change, rows.length > 0), paint.dim, inner),
    ...labelled('drifted', (change.drifted ?? []).map(sayDrift), paint.yellow, inner),
    ...labelled(
      'runs in',
      (change.environments ?? []).map((one) => sayEnvironment(one, change)),
      paint.dim,
      inner,
    ),
    ...labelled('tests', sayTests(change.tests), paint.dim, inner),
    ...(change.after.length > 0 ? labelled('after', [change.after.join(', ')], paint.dim, inner) : []),
    ...labelled('overrides', change.overrides.map(overrideSentence), paint.dim, inner),
    ...labelled(
      'rollback',
      [sayEnd(change.hold)].flatMap((ended) => ended ?? []),
      paint.green,
      inner,
    ),
    ...renderNotes(change, inner),
  ];
  const condition = change.blocks.length > 0 && rows.length > 0 ? [paint.dim(notDone)] : [];
  return [...renderHead(change, options), ...[...condition, ...body].map((line) => indent + line)];
}

const ops = { build: 'to build', rebuild: 'to build anew', link: 'to link', keep: 'stays' } as const;
/** What `to build` says already. */
const plain = 'not built yet';

/** `.venv of core.python 3.11: to build, requirements.txt changed`. */
function sayEnvironment({ link, runtime, version, op, why }: PackEnvironment, { from }: PackChange): string {
  const of = version === null ? runtime : `${runtime} ${version}`;
  const what = op === 'keep' && from === null ? 'there already' : ops[op];
  return `${link} of ${of}: ${what}${why === '' || why === plain ? '' : `, ${why}`}`;
}

/** `unit (pytest), smoke (script)`, and what comes of those that fail unless they hold the change back. */
function sayTests(tests: ToldTests | undefined): string[] {
  if (tests === undefined) return [];
  const { runners, onFailure, policy } = tests;
  const names = runners.map(({ name, type }) => (name === type ? name : `${name} (${type})`));
  const fate =
    policy === 'off'
      ? ': not run (tests: off)'
      : onFailure === 'ignore'
        ? ': what fails is ignored'
        : policy === 'report'
          ? ': what fails is only reported (tests: report)'
          : onFailure === 'warn'
            ? ': what fails is only a warning'
            : '';
  return [`${names.length === 0 ? 'no runner is named' : names.join(', ')}${fate}`];
}

/** `file jira/actions/x.py: missing; put back as published`. */
function sayDrift({ rows, sentence }: Note): string {
  const hidden = rows.length - shownDrift;
  return `${[...rows.slice(0, shownDrift), ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ')}: ${sentence}`;
}

function describeFiles({ action, files, blocks }: PackChange, changesRows: boolean): string[] {
  if (!files) return [];
  if (action === 'reinstall' && !changesRows && blocks.length === 0) return ['changed; the rows stay as they are'];
  return silentFiles.has(action) ? [] : ['published to the pack store, links switched'];
}

function renderHead(change: PackChange, { paint, width }: { paint: Paint; width: number }): string[] {
  const sign = signOf(change);
  const colour = colourOf(sign, paint);
  const title = `${sign} ${change.action} ${printable(change.ref)}`;
  const which = printable(versions(change));
  const [first = '', ...others] = hangText(
    which === '' ? `${title}: ` : `${title} ${which}: `,
    printable(change.reason.sentence),
    width,
    indent.length,
  );
  return [paint.bold(colour(title)) + first.slice(title.length), ...others];
}

/** For an install, the fields of the pack's row are its content: only its config is worth reading. */
function renderPackFields(change: PackChange, options: { paint: Paint; width: number }): string[] {
  if (change.action !== 'install') return change.pack.fields.flatMap((field) => renderField(field, options));
  return change.pack.fields
    .filter(({ field }) => field.startsWith('config.'))
    .flatMap(({ field, after }) =>
      hangText(`+ ${printable(field)}: `, formatValue(maskField(field, after)), options.width, 4).map(
        options.paint.green,
      ),
    );
}

function versions({ from, to, reason }: PackChange): string {
  if (reason.code === 'version-changed') return commits(from, to);
  const shown = to ?? from;
  return shown === null ? '' : withCommit(shown);
}

function commits(from: ContentVersion | null, to: ContentVersion | null): string {
  const pair = [from?.commit, to?.commit].map((commit) => commit?.slice(0, 7)).filter((commit) => commit !== undefined);
  return pair.length === 0 ? '' : `(${pair.join(' → ')})`;
}

function withCommit({ version, commit }: ContentVersion): string {
  return commit === null ? version : `${version} (${commit.slice(0, 7)})`;
}

/** `sensor jira.poller: enabled stays false, as a person set it`. */
export function overrideSentence({ op, kind, ref, field, value }: OverrideChange): string {
  const shown = formatValue(maskField(kind === 'pack' ? `config.${field}` : field, value));
  return op === 'record'
    ? `${kind} ${ref}: ${field} stays ${shown}, as a person set it`
    : `${kind} ${ref}: ${field} no longer stays ${shown}`;
}
