import { equalJson, isObject, type Json } from '../json.ts';
import { typeNouns } from '../yaml/type-nouns.ts';

type Schema = Readonly<Record<string, unknown>>;

interface ValueFault {
  /** Continues "<name> …". */
  readonly message: string;
  readonly hint?: string;
}

/** Why a value is not what a pack's schema of that value wants; a secret's own text never stands in the answer. */
export function describeFault(value: Json, schema: Schema, isSecret: boolean): ValueFault | undefined {
  const seen = describe(value, isSecret);
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type): type is string => typeof type === 'string' && type in typeNouns,
  );
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    const wanted = types.map((type) => typeNouns[type]).join(' or ');
    const quotable = types.includes('string') && (typeof value === 'number' || typeof value === 'boolean');
    const hint = isSecret ? 'Quote it.' : `Quote it: "${value}".`;
    return { message: `is ${seen}; ${wanted} is expected`, ...(quotable ? { hint } : {}) };
  }
  const { enum: choices, const: only } = schema as { enum?: Json; const?: Json };
  if (Array.isArray(choices) && !choices.some((choice: Json) => equalJson(choice, value))) {
    return { message: `is ${seen}; one of ${choices.map(show).join(', ')} is expected` };
  }
  if (only !== undefined && !equalJson(only, value)) return { message: `is ${seen}; ${show(only)} is expected` };
  const range = describeRange(value, schema);
  return range === undefined ? undefined : { message: `is ${seen}; ${range} is expected` };
}

function describeRange(value: Json, schema: Schema): string | undefined {
  const bound = (name: string) => (typeof schema[name] === 'number' ? (schema[name] as number) : undefined);
  const [size, prefix, unit] =
    typeof value === 'number'
      ? [value, ['minimum', 'maximum'], '']
      : typeof value === 'string'
        ? [[...value].length, ['minLength', 'maxLength'], ' characters']
        : Array.isArray(value)
          ? [value.length, ['minItems', 'maxItems'], ' items']
          : [0, [], ''];
  const least = bound(prefix[0] ?? '');
  const most = bound(prefix[1] ?? '');
  if (least !== undefined && size < least) return `at least ${least}${unit}`;
  if (most !== undefined && size > most) return `at most ${most}${unit}`;
  return undefined;
}

function isOfType(value: Json, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function describe(value: Json, isSecret: boolean): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a map';
  if (isSecret) return typeof value === 'string' ? 'a secret text' : `a secret ${typeof value}`;
  if (typeof value === 'string') return `the text ${show(value)}`;
  return typeof value === 'number' ? `the number ${value}` : `the value ${value}`;
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
