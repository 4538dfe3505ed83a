/**
 * The part of Handlebars that is used: its parser. The package's own types leave the kind of a node open
 * (`type: string`), so the nodes are named here as `helpers.js` and `parser.js` of handlebars 4.7 make them.
 */
export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface SourceLocation {
  readonly start: Position;
  readonly end: Position;
}
export interface PathExpression {
  readonly type: 'PathExpression';
  readonly data: boolean;
  readonly depth: number;
  readonly parts: readonly string[];
  readonly original: string;
}
export interface Call {
  readonly path: Expression;
  readonly params: readonly Expression[];
  readonly hash?: unknown;
}
export type Expression =
  | PathExpression
  | ({ readonly type: 'SubExpression' } & Call)
  | { readonly type: 'StringLiteral'; readonly value: string }
  | { readonly type: 'NumberLiteral'; readonly value: number }
  | { readonly type: 'BooleanLiteral'; readonly value: boolean }
  | { readonly type: 'NullLiteral' | 'UndefinedLiteral' };
export type Statement =
  | ({ readonly type: 'MustacheStatement'; readonly loc: SourceLocation } & Call)
  | { readonly type: 'ContentStatement'; readonly value: string }
  | { readonly type: 'CommentStatement' }
  | {
      readonly type: 'BlockStatement' | 'PartialStatement' | 'PartialBlockStatement' | 'Decorator' | 'DecoratorBlock';
      readonly loc: SourceLocation;
    };
export interface Program {
  readonly body: readonly Statement[];
}
export declare function parse(text: string): Program;
