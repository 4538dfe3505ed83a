/**
 * The `yaml` package, loaded when a file is met that the plain subset does not cover: it costs milliseconds, and most
 * renders never need it. Only CommonJS can load a module late and synchronously; the bundler keeps it so.
 */
'use strict';

exports.load = () => require('yaml');
