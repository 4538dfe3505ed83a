/**
 * picomatch, loaded when the first glob needs it. Only CommonJS can load a module late and synchronously; the bundler
 * keeps it so.
 */
'use strict';

exports.picomatch = (glob, options) => require('picomatch')(glob, options);
