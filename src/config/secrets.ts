/** Reads secrets by reference. A value never gets into a message. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretRef } from '../gateways/module.ts';

/**
 * A reader of secrets; file paths are relative to `directory`.
 *
 * The reader throws with the reference when a file cannot be read, or a variable is missing or empty.
 */
export function secretReader(directory: string, env: NodeJS.ProcessEnv): (ref: SecretRef) => string {
  return (ref) => {
    if ('env' in ref) {
      const value = env[ref.env];
      if (value === undefined || value === '') throw new Error(`the environment variable ${ref.env} is not set`);
      return value;
    }
    try {
      const value = readFileSync(resolve(directory, ref.file), 'utf8').trim();
      if (value !== '') return value;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw new Error(`the file ${ref.file} cannot be read${code}`);
    }
    throw new Error(`the file ${ref.file} is empty`);
  };
}

/** @returns undefined when it throws; why is added to `problems` */
export function attempted<T>(path: string, read: () => T, problems: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
