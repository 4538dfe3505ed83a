/** The shape of a seeded fault; each file here holds those of one consequence. */

/** A mistake in the ConfigMap of base.ts. */
export interface SeededFault {
  readonly name: string;
  /** What is replaced, and by what. The text must stand in the base exactly once. */
  readonly edit: readonly [from: string, to: string];
  /** A part of the line that validate must name. @default the last line of the edit's new text */
  readonly line?: string;
  /** What validate must say. */
  readonly says: RegExp;
}

/** A fault that concerns the message to one of the services. */
export interface TargetedFault extends SeededFault {
  readonly target: 'github' | 'slack';
}
