/**
 * The position of the fast reader in a text, and how it gives up.
 *
 * The fast reader takes the part of YAML that manifests are made of (block mappings and lists, scalars in all
 * styles, simple flow collections), following libyaml's scanner where the two YAML versions differ. Everything
 * else (anchors, tags, merge keys, `? ` keys, tabs as indent, every error) it declines, and the library reads.
 */

/** Thrown, without a stack, when a text is outside the subset. */
export const declined: unique symbol = Symbol('declined');

/** Thrown when a document has more nodes than it may. */
export class TooManyNodes extends Error {
  /** Where in the text the reader was. */
  readonly offset: number;

  constructor(offset: number) {
    super('too many nodes');
    this.offset = offset;
  }
}

/** Gives up on the document. */
export function decline(): never {
  throw declined;
}

/** Character codes. */
export const TAB = 0x09;
export const LF = 0x0a;
export const SPACE = 0x20;
export const DOUBLE = 0x22;
export const HASH = 0x23;
export const SINGLE = 0x27;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const COLON = 0x3a;
export const QUESTION = 0x3f;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN_MAP = 0x7b;
export const PIPE = 0x7c;
export const CLOSE_MAP = 0x7d;
export const GREATER = 0x3e;

/** Where the reader is. Offsets are into the whole file's text; the document ends before `end`. */
export class Cursor {
  readonly text: string;
  readonly end: number;
  pos: number;
  /** The column (0-based) of the content at `pos` when a line was just begun; -1 at the end of the document. */
  column = -1;
  /** Whether what tools read in different ways is declined, too (unambiguous.ts). */
  readonly isStrict: boolean;
  #nodes: number;

  /** `nodes` is how many entries of mappings and lists the document may have. */
  constructor(text: string, start: number, end: number, nodes = Number.POSITIVE_INFINITY, isStrict = false) {
    this.text = text;
    this.end = end;
    this.pos = start;
    this.isStrict = isStrict;
    this.#nodes = nodes;
  }

  /** Called for each entry of a mapping or list. @throws TooManyNodes */
  count(): void {
    this.#nodes -= 1;
    if (this.#nodes < 0) throw new TooManyNodes(this.pos);
  }

  /** The character code at an offset; LF at the end, which ends whatever a line end ends. */
  at(offset: number): number {
    return offset < this.end ? this.text.charCodeAt(offset) : LF;
  }

  /** True where a space, tab, line end or the end stands. */
  blankAt(offset: number): boolean {
    const code = this.at(offset);
    return code === SPACE || code === LF || code === TAB;
  }

  /** The offset of the next line end at or after `offset`, or the end. */
  lineEnd(offset: number): number {
    const found = this.text.indexOf('\n', offset);
    return found < 0 || found > this.end ? this.end : found;
  }

  /** From the start of a line to the next content: past blank lines and comments. Sets `pos` and `column`. */
  toContent(): void {
    for (;;) {
      const start = this.pos;
      let offset = start;
      while (this.at(offset) === SPACE) offset += 1;
      if (offset >= this.end) {
        this.pos = this.end;
        this.column = -1;
        return;
      }
      const code = this.text.charCodeAt(offset);
      if (code === HASH) {
        this.pos = this.lineEnd(offset) + 1;
      } else if (code === LF) {
        this.pos = offset + 1;
      } else {
        // A tab here is an error, and so are document markers inside a document.
        if (code === TAB) decline();
        if (offset === start && this.isDocumentMarker(offset)) decline();
        this.pos = offset;
        this.column = offset - start;
        return;
      }
    }
  }

  /** True for `---` and `...` with a blank after them. The caller knows that a line begins at `offset`. */
  isDocumentMarker(offset: number): boolean {
    const { text } = this;
    return (text.startsWith('---', offset) || text.startsWith('...', offset)) && this.blankAt(offset + 3);
  }

  /** Past blanks, a comment and the line end, to the next content. Anything else on the line is declined. */
  endLine(): void {
    let offset = this.pos;
    while (this.at(offset) === SPACE || this.at(offset) === TAB) offset += 1;
    if (this.at(offset) === HASH && offset > this.pos) offset = this.lineEnd(offset);
    if (this.at(offset) !== LF) decline();
    this.pos = Math.min(offset + 1, this.end);
    this.toContent();
  }
}
