/**
 * Handlebars, loaded when the first template needs it: most renders never do, and loading costs milliseconds. Only
 * CommonJS can load a module late and synchronously; the bundler keeps it so.
 */
'use strict';

exports.parse = (text) => require('handlebars/dist/cjs/handlebars/compiler/base.js').parse(text);
