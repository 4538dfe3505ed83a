import type * as Yaml from 'yaml';

/** The package. */
export declare function load(): typeof Yaml;
