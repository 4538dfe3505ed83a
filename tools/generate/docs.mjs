// Reference tables in docs/*.md, made from the JSON Schemas and from the list of diagnostic codes. A page holds
// <!-- generated: NAME --> … <!-- end --> where NAME is a schema (config, policy, …) or `errors`; what stands between
// is replaced, everything else is written by people.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MARKER = /(<!-- generated: ([a-z]+) -->\n)[\s\S]*?(<!-- end -->)/gu;

const WORDS = {
  object: 'mapping',
  array: 'list',
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: '`true` or `false`',
  null: 'nothing',
};

/** Text for a cell of a Markdown table. */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function code(value) {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** `environmentRule` -> `environment rule`: the heading of a definition, also its anchor with hyphens. */
function heading(name) {
  return name.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

function anchor(name) {
  return heading(name).replaceAll(' ', '-');
}

/** One JSON Schema as the sections of a reference. */
class Reference {
  #schema;
  #prefix;
  #queue = [];
  #seen = new Set();

  constructor(schema, prefix) {
    this.#schema = schema;
    this.#prefix = prefix;
  }

  #definition(ref) {
    return this.#schema.$defs[ref.replace('#/$defs/', '')];
  }

  /** Whether a definition has keys of its own, and so a section. */
  #hasSection(definition) {
    return definition.properties !== undefined;
  }

  #type(node) {
    if (node.$ref) {
      const name = node.$ref.replace('#/$defs/', '');
      const definition = this.#definition(node.$ref);
      if (!this.#hasSection(definition)) return this.#type(definition);
      if (!this.#seen.has(name)) {
        this.#seen.add(name);
        this.#queue.push(name);
      }
      return `[${heading(name)}](#${this.#prefix}-${anchor(name)})`;
    }
    if (node.const !== undefined) return code(node.const);
    if (node.enum) return node.enum.map(code).join(', ');
    if (node.oneOf) return node.oneOf.map((one) => this.#type(one)).join(' or ');
    if (node.not) return 'text, number, `true` or `false`';
    const types = [node.type ?? []].flat().map((type) => {
      if (type === 'array') return node.items ? `list of ${this.#type(node.items)}` : 'list';
      if (type === 'object' && typeof node.additionalProperties === 'object') {
        return `name: ${this.#type(node.additionalProperties)}`;
      }
      return WORDS[type];
    });
    return types.length === 0 ? 'anything' : types.join(' or ');
  }

  #describe(node) {
    return node.description ?? (node.$ref ? (this.#definition(node.$ref).description ?? '') : '');
  }

  #table(node) {
    const required = new Set(node.required ?? []);
    const rows = Object.entries(node.properties).map(([key, value]) => {
      const byDefault = value.default === undefined ? '' : ` Default: ${code(value.default)}.`;
      const must = required.has(key) ? ' **Required.**' : '';
      return `| \`${key}\` | ${cell(this.#type(value))} | ${cell(this.#describe(value) + must + byDefault).trim()} |`;
    });
    return ['| key | type | meaning |', '|---|---|---|', ...rows].join('\n');
  }

  text() {
    const parts = [this.#table(this.#schema)];
    while (this.#queue.length > 0) {
      const name = this.#queue.shift();
      const definition = this.#schema.$defs[name];
      parts.push(`### <a id="${this.#prefix}-${anchor(name)}"></a>${heading(name)}`);
      if (definition.description) parts.push(definition.description);
      parts.push(this.#table(definition));
    }
    return parts.join('\n\n');
  }
}

/** `codes.ts` is TypeScript without types of its own beyond the list: Node reads it as it is only from 22.18 on. */
async function readCodes(root) {
  const text = await readFile(join(root, 'plugin/diagnostics/codes.ts'), 'utf8');
  const object = /export const codes = (\{[\s\S]*?\n\}) as const;/u.exec(text)?.[1];
  if (object === undefined) throw new Error('plugin/diagnostics/codes.ts has no list of codes');
  const { codes } = await import(`data:text/javascript,${encodeURIComponent(`export const codes = ${object}`)}`);
  return codes;
}

async function section(root, name) {
  if (name === 'errors') {
    const rows = Object.entries(await readCodes(root)).map(
      ([one, text]) => `| <a id="${one}"></a>\`${one}\` | ${cell(text)} |`,
    );
    return ['| code | when it appears, what to do |', '|---|---|', ...rows].join('\n');
  }
  const schema = JSON.parse(await readFile(join(root, `plugin/schemas/${name}.schema.json`), 'utf8'));
  return new Reference(schema, name).text();
}

/** @param {string} root @returns {Promise<[string, string][]>} */
export async function outputs(root) {
  const made = [];
  const files = await readdir(join(root, 'docs'), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.md')).sort()) {
    const path = `docs/${file}`;
    let text = await readFile(join(root, path), 'utf8');
    const names = [...text.matchAll(MARKER)].map((match) => match[2]);
    if (names.length === 0) continue;
    const sections = new Map();
    for (const name of names) sections.set(name, await section(root, name));
    text = text.replaceAll(
      MARKER,
      (_all, start, name, end) =>
        `${start}<!-- Do not edit: npm run generate makes this part. -->\n\n${sections.get(name)}\n\n${end}`,
    );
    made.push([path, text]);
  }
  return made;
}
