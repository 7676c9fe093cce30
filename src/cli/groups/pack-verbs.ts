import type { Command } from 'commander';
import { example, lockTimeout, output, type Run, skipDeps } from './verb-options.ts';

/** Verbs for installed packs, and for packs on disk. */
export function addPackVerbs(program: Command, run: Run): void {
  const pack = program.command('pack').description('Look at installed packs, and at packs on disk.');
  example(pack, 'attune-sync pack list --unmanaged', 'attune-sync pack show jira');
  const list = pack
    .command('list')
    .description('List every pack in Attune.')
    .option('--source-type <type>', 'only packs from such a source: git, directory, archive, …')
    .option('--manager <name>', 'only packs of this manager')
    .option('--unmanaged', 'only packs that no manager installed')
    .addOption(output())
    .action((options) => run(async (shell) => (await import('../verbs/pack-list.ts')).packListVerb(shell, options)));
  example(list, 'attune-sync pack list --source-type git', 'attune-sync pack list --unmanaged --output json');

  const show = pack
    .command('show')
    .description('Show all that is known about one pack.')
    .argument('<ref>', 'the pack')
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/pack-show.ts')).packShowVerb(shell, ref, options)),
    );
  example(show, 'attune-sync pack show jira');

  const test = pack
    .command('test')
    .description('Run the tests that a pack brings, in a copy of it: of an installed pack, or of a directory.')
    .argument('<pack>', 'the ref of an installed pack, whose result is stored; or a path, as in ./jira')
    .addOption(lockTimeout())
    .addOption(output())
    .action((given, options) =>
      run(async (shell) => (await import('../verbs/pack-test.ts')).packTestVerb(shell, given, options)),
    );
  example(test, 'attune-sync pack test jira', 'attune-sync pack test ./packs/jira --output json');

  const log = pack
    .command('log')
    .description('Show what was said when the environments of a pack were built and its tests were run.')
    .argument('<ref>', 'the pack')
    .argument('[version]', 'of this version (default: the one that was built or tested last)')
    .addOption(output())
    .action((ref, version, options) =>
      run(async (shell) => (await import('../verbs/pack-log.ts')).packLogVerb(shell, ref, version, options)),
    );
  example(log, 'attune-sync pack log jira', 'attune-sync pack log jira 1.2.0');

  const remove = pack
    .command('remove')
    .description('Remove a pack that no document names, even one with prune: false. What people made is set aside.')
    .argument('<ref>', 'the pack')
    .addOption(skipDeps())
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((ref, options) =>
      run(async (shell) => (await import('../verbs/end-pack.ts')).endPackVerb(shell, 'remove', ref, options)),
    );
  example(remove, 'attune-sync pack remove jira');

  const transfer = pack
    .command('transfer')
    .description('Give packs of this manager to another one. Rows and files stay as they are.')
    .argument('<ref...>', 'the packs')
    .requiredOption('--to <manager>', 'the name of the configuration that gets them')
    .option('-y, --yes', 'do not ask')
    .addOption(lockTimeout())
    .addOption(output())
    .action((refs, options) =>
      run(async (shell) => (await import('../verbs/pack-transfer.ts')).packTransferVerb(shell, refs, options)),
    );
  example(transfer, 'attune-sync pack transfer jira slack --to staging');

  const checksum = pack
    .command('checksum')
    .description('Print the checksum of a pack directory, or of a file.')
    .argument('<path>', 'a directory or a file')
    .addOption(output())
    .action((path, options) =>
      run(async (shell) => (await import('../verbs/pack-checksum.ts')).packChecksumVerb(shell, path, options)),
    );
  example(
    checksum,
    'attune-sync pack checksum packs/jira',
    'attune-sync pack checksum jira-1.2.0.tar.gz --output json',
  );
}
