/**
 * How the file that describes an application is named, and the names that people give it by mistake.
 */

/** The only name that is read. */
export const configFile = 'waybill.yaml';

/** Names that are refused: to render as if the file were not there would be the worst reading of a slip. */
export const mistakenConfigFiles = ['waybill.yml', 'Waybill.yaml', 'waybill.json'] as const;
