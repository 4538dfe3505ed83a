// Loaded with `node --require` before the built program: makes Node's file functions fail as FAULT says, so that tests
// see what a full disk or a mistake in the program does. FAULT is JSON:
// - `log`: a file that gets a line for each call that failed;
// - `functions`: names of functions of node:fs and node:fs/promises; `below`: only for paths there;
// - `code`: the errno name they fail with; or `mistake`: 'throw' (a TypeError), 'later' (a TypeError that nobody
//   waits for), 'never' (a promise that is never settled) or 'none' (calls are only logged).
const fs = require('node:fs');
const os = require('node:os');

const { functions, below, code, mistake, log } = JSON.parse(process.env.FAULT);
const { appendFileSync } = fs;
const words = { ENOSPC: 'no space left on device', EROFS: 'read-only file system', EACCES: 'permission denied' };
const calls = { readFile: 'open', writeFile: 'open', readdir: 'scandir' };

function systemError(name, path) {
  const syscall = calls[name] ?? name;
  const text = `${code}: ${words[code] ?? 'refused'}, ${syscall} '${path}'`;
  return Object.assign(new Error(text), { errno: -os.constants.errno[code], code, syscall, path: String(path) });
}

function failing(real, name, refuse) {
  return function replaced(path, ...rest) {
    // Node looks up its own modules with some of these functions.
    const isMeant = typeof path === 'string' && path.startsWith(below);
    if (!isMeant) return real.call(this, path, ...rest);
    appendFileSync(log, `${name} ${path}\n`);
    if (mistake === 'none') return real.call(this, path, ...rest);
    return refuse(name, path, () => real.call(this, path, ...rest));
  };
}

function laterOr(now, go) {
  if (mistake !== 'later') return now();
  setImmediate(() => {
    throw new TypeError('a mistake that was put in');
  });
  return go();
}

function errorOf(name, path) {
  return mistake === 'throw' ? new TypeError('a mistake that was put in') : systemError(name, path);
}

for (const name of functions) {
  const sync = `${name}Sync`;
  if (fs[sync]) {
    fs[sync] = failing(fs[sync], name, (called, path, go) =>
      laterOr(() => {
        throw errorOf(called, path);
      }, go),
    );
  }
  if (fs.promises[name]) {
    fs.promises[name] = failing(fs.promises[name], name, async (called, path, go) => {
      if (mistake === 'never') return await new Promise(() => undefined);
      return await laterOr(() => Promise.reject(errorOf(called, path)), go);
    });
  }
}
