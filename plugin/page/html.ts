/**
 * Puts data into the page. Text from repositories and clusters never becomes markup: it stands in an element of JSON,
 * in which `<` is written as an escape, and the components of the page write text nodes only.
 */

/** JSON that can stand in a `<script>` element, and in a string of JavaScript. */
function jsonForHtml(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  };
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/gu, (char) => escapes[char] ?? char);
}

/** A data file: a script that hands one string over, since a page in a folder can load nothing else. */
export function dataScript(name: string, value: unknown): string {
  return `waybillData(${jsonForHtml(name)},${jsonForHtml(JSON.stringify(value))});\n`;
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** The page with its title and data. */
export function fillPage(template: string, title: string, data: unknown): string {
  const text = title.replaceAll(/[<>&"]/gu, (char) => entities[char] ?? char);
  return template
    .replace('<title>TITLE</title>', () => `<title>${text}</title>`)
    .replace('id="waybill-data">DATA<', () => `id="waybill-data">${jsonForHtml(data)}<`);
}
