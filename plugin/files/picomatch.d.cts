import type { PicomatchOptions } from 'picomatch';

/** See picomatch: a function that judges names by `glob`. */
export declare function picomatch(glob: string, options: PicomatchOptions): (name: string) => boolean;
