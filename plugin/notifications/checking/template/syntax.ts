/**
 * A subset of the syntax check of Go templates, for when the real parser is not at hand: actions are closed, blocks
 * end, functions exist.
 */
import { suggest } from '../../../diagnostics/suggest.ts';
import { templateFunctions } from '../vocabulary.ts';
import { type Action, readActions, type TemplateProblem, type Word } from './actions.ts';

const blocks = new Set(['if', 'range', 'with', 'block', 'define']);
const keywords = new Set([...blocks, 'else', 'end', 'template', 'break', 'continue', 'nil', 'true', 'false']);

function at(message: string, { line, column }: Action | Word): TemplateProblem {
  return { message, line, column };
}

function unknownFunction(word: Word): TemplateProblem {
  const meant = suggest(word.text, [...templateFunctions]);
  return at(`function "${word.text}" is not defined${meant ? `; did you mean ${meant}?` : ''}`, word);
}

/** The first mistake of a template; undefined when the subset finds none. */
export function checkTemplate(text: string): TemplateProblem | undefined {
  const { actions, problem } = readActions(text);
  const open: Action[] = [];
  for (const action of actions) {
    const [first] = action.words;
    const keyword = first?.kind === 'identifier' ? first.text : '';
    if (blocks.has(keyword)) {
      if (action.words.length === 1) return at(`${keyword} without a condition`, action);
      open.push(action);
    } else if (keyword === 'end' && !open.pop()) return at('end without a block', action);
    else if (keyword === 'else' && open.length === 0) return at('else without a block', action);
    const depth = action.words.reduce((sum, word) => sum + (word.text === '(' ? 1 : word.text === ')' ? -1 : 0), 0);
    if (depth !== 0) return at(depth > 0 ? 'a parenthesis is not closed' : 'a parenthesis too many', action);
    for (const word of action.words) {
      if (word.kind === 'identifier' && !keywords.has(word.text) && !templateFunctions.has(word.text)) {
        return unknownFunction(word);
      }
    }
  }
  const left = open.at(-1);
  return problem ?? (left && at(`${left.words[0]?.text ?? 'a block'} without end`, left));
}
