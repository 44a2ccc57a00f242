/** What the command lines of all benchmarks have in common. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Config<Options> = { args: string[]; options: Options & typeof COMMON };
type Values<Options extends ParseArgsConfig['options']> = ReturnType<typeof parseArgs<Config<Options>>>['values'];

const COMMON = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parsed<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): Values<Options> | undefined {
  const { values } = parseArgs<Config<Options>>({ args: [...args], options: { ...options, ...COMMON } });
  return 'help' in values && values.help === true ? undefined : values;
}
