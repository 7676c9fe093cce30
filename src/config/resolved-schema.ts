import { loadSchema } from '../yaml/load-schema.ts';

/** Before every pattern of the schema, so that editors, which cannot know the environment, accept `${NAME}`. */
const variable = '\\$\\{|';

/** The schema of the configuration for values in which every `${NAME}` has been replaced: its patterns as they are. */
export function resolvedSchema(): object {
  return JSON.parse(JSON.stringify(loadSchema('config')), (key, member: unknown) =>
    key === 'pattern' && typeof member === 'string' && member.startsWith(variable)
      ? member.slice(variable.length)
      : member,
  ) as object;
}
