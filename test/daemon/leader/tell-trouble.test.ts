import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTroubleLog } from '../../../src/daemon/leader/tell-trouble.ts';
import { problem } from '../../../src/errors.ts';

test('a database that stays away is an error once, and its return is told', () => {
  const lines: string[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const trouble = createTroubleLog({ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') });
  const away = [problem('error', 'database-unreachable', 'Nobody answers', { hint: 'Is it running?' })];
  trouble.over();
  trouble.tell(away, 750);
  trouble.tell(away, 1500);
  trouble.tell([problem('error', 'database-pooled', 'It is a pooler.')], 3000);
  trouble.over();
  trouble.over();
  assert.deepEqual(lines, [
    'error Nobody answers. Is it running? [database-unreachable] It is tried again in 750 ms.',
    'debug Nobody answers. Is it running? [database-unreachable] It is tried again in 1.5 s.',
    'error It is a pooler. [database-pooled] It is tried again in 3.0 s.',
    'info The database is there again.',
  ]);
});
