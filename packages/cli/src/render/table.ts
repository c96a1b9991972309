import Table from 'cli-table3';
import { plain } from './plain';

/** A column: its title, and how wide its text may be at most. */
export type Column = string | { readonly title: string; readonly right?: true; readonly widest?: number };

const NO_FRAME = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Rows below the titles of their columns, without a frame; what stands in a cell steers no terminal. `nothing` stands for no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly (string | number | null)[])[], nothing: string): string {
  if (rows.length === 0) return nothing;
  const wide = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  const rendered = new Table({
    head: wide.map(({ title }) => title.toUpperCase()),
    colAligns: wide.map(({ right }) => (right ? 'right' : 'left')),
    chars: NO_FRAME,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) rendered.push(row.map((cell, i) => plain(cell === null ? '-' : String(cell), wide[i]?.widest)));
  return rendered.toString().replaceAll(/ +$/gm, '');
}
