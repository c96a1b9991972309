import { isMap, isPair, isScalar, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';

/** A value of the chart, as its README describes it. */
export interface DescribedValue {
  /** Keys joined by dots, such as `image.tag`. */
  readonly path: string;
  /** Its comment; empty when it has none. */
  readonly description: string;
  /** Its default as JSON; undefined for a group of values. */
  readonly default: string | undefined;
}

/**
 * All values of a values.yaml in their order, groups before what is in them. A map of nothing but flow maps
 * (`requests: { … }`) is one value. Modules, which are one line each under `services`, are left out.
 */
export function describeValues(text: string): DescribedValue[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is no map');
  return describeMap(contents, '', []);
}

/** One Markdown table a top-level group. */
export function valuesTables(text: string): string {
  const values = describeValues(text);
  const lines: string[] = [];
  let section = '';
  for (const value of values) {
    const [top = ''] = value.path.split('.');
    if (top !== section) {
      section = top;
      const intro = value.path === top && value.default === undefined ? value.description : '';
      lines.push('', `### ${top}`, '', ...(intro === '' ? [] : [intro, '']), '| value | what | default |', '|---|---|---|');
      if (intro !== '') continue;
    }
    const fallback = value.default === undefined ? '' : `\`${value.default}\``;
    lines.push(`| \`${value.path}\` | ${value.description} | ${fallback} |`.replace('\n', ' '));
  }
  return lines.join('\n').trim();
}

function describeMap(map: YAMLMap, prefix: string, parents: readonly string[]): DescribedValue[] {
  return map.items.filter(isPair).flatMap((pair, index) => {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (parents.at(-1) === 'services' && parents.length === 1 && isModuleLine(pair)) return [];
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const description = commentOf(pair, index === 0 ? map : undefined);
    const value = pair.value;
    if (!isGroup(value)) return [{ path, description, default: JSON.stringify(isNode(value) ? value.toJSON() : null) }];
    return [{ path, description, default: undefined }, ...describeMap(value, path, [...parents, key])];
  });
}

/** The paragraph right above a key. Above the first key it belongs to the map in the syntax tree. */
function commentOf(pair: Pair, map: YAMLMap | undefined): string {
  const own = isNode(pair.key) ? pair.key.commentBefore : undefined;
  const comment = own ?? map?.commentBefore ?? '';
  const lastParagraph = comment.split(/\n\s*\n/).at(-1) ?? '';
  return lastParagraph
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .replaceAll('|', '\\|')
    .trim();
}

function isModuleLine(pair: Pair): boolean {
  return isMap(pair.value) && pair.value.flow === true && pair.value.get('module') === true;
}

function isGroup(value: unknown): value is YAMLMap {
  if (!isMap(value) || value.flow === true || value.items.length === 0) return false;
  return !value.items.every((item) => isMap(item.value) && item.value.flow === true);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}
