import { isUtf8 } from 'node:buffer';
import type { Advice, ModuleDeclaration } from '@roamgrid/modules';
import { foldCase } from '@roamgrid/ocpi';
import { messageOf, type ErrorCode, type WriteOutcome } from '@roamgrid/runtime';
import type { Line } from './read-lines';

/** What became of one line, as it is answered. */
export interface LineResult {
  readonly line: number;
  readonly outcome: WriteOutcome | 'refused';
  readonly key?: string;
  readonly code?: string;
  readonly message?: string;
  /** What had better be otherwise about an object that was taken. */
  readonly warnings?: readonly Advice[];
}

/** A line as it goes on: an object to write, with what identifies it; or refused here already. */
export type ImportEntry =
  | { readonly line: number; readonly object: Buffer; readonly value: unknown; readonly identity: string }
  | { readonly line: number; readonly refused: LineResult };

/** Reads a line as a JSON object of the module. Whether it is a good one is for the object service to say. */
export function readEntry({ number, bytes }: Line, module: ModuleDeclaration, maxBytes: number): ImportEntry {
  if (!bytes) return refuse(number, 'body.too_large', `the line is longer than ${maxBytes} bytes`);
  if (!isUtf8(bytes)) return refuse(number, 'body.malformed', 'the line is not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    return refuse(number, 'body.malformed', `the line is no JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(number, 'body.malformed', 'the line is JSON, but no object');
  }
  const fields = value as Readonly<Record<string, unknown>>;
  return {
    line: number,
    object: bytes,
    value,
    identity: foldCase(module.key.map((field) => String(fields[field])).join('*')),
  };
}

function refuse(line: number, code: ErrorCode, message: string): ImportEntry {
  return { line, refused: { line, outcome: 'refused', code, message } };
}
