/**
 * What whoever runs a render says about the programs it may start: where to look for them and how much they may take.
 */
export interface Binaries {
  /** The caller's environment. Only PATH, `WAYBILL_HELM` and its likes, and proxy settings are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds one run may take before it is killed. @default 60,000 */
  readonly timeoutMs?: number;
  /** Bytes one run may print before it is killed. @default 100 MiB, the most that Argo CD takes */
  readonly outputBytes?: number;
  /** Bytes of memory one run may use, where the boundary can be set. @default 640 MiB */
  readonly memoryBytes?: number;
  /** @default preferred */
  readonly confinement?: Confinement;
}

/** Whether programs run behind a boundary of the kernel: always, where there is one, or never. */
export type Confinement = 'required' | 'preferred' | 'off';

/** A program that was found. */
export interface Binary {
  /** The name people know it by: `helm`. */
  readonly name: string;
  /** Absolute path of the executable. */
  readonly path: string;
}
