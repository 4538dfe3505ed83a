/**
 * Names that the generated Tekton objects share.
 */
import type { HandbackFile } from '../../schemas/handback.generated.ts';

/** The service account of the event listeners. */
export const LISTENER_ACCOUNT = 'waybill-triggers';
/** The Secret of the requests' senders: key `secret`. */
export const SENDER_SECRET = 'waybill-webhook';
/** The Secret of the jobs: one key for each of their secrets. */
export const JOB_SECRET = 'waybill-ci';

/** Where all of it is. */
export const namespaceOf = ({ tekton }: HandbackFile): string => tekton?.namespace ?? 'waybill-ci';
