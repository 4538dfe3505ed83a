/**
 * The commit status says what the deployment says. A success that another one replaced while GitHub was down is told as a
 * commit status only; the deployment stays what it was, or goes to inactive.
 */
import { parseRecordName } from '../../../plugin/record/name.ts';
import { commitState } from '../../conformance/sent-requests.ts';
import { type Law, names, subjects } from './law.ts';

export const statusesAgree: Law = (outcome) => {
  const short = names(outcome.life);
  if (outcome.life.outages.some(({ fails }) => fails === 'refused')) return [];
  return subjects(outcome).flatMap(({ record, told }) => {
    const commit = parseRecordName(record)?.commit;
    const status = outcome.told.findLast((one) => one.kind === 'status' && one.commit === commit && one.taken)?.state;
    const right = told.map(({ state }) => commitState(state)).findLast((state) => state !== undefined);
    const replaced = outcome.life.outages.length > 0 && status === 'success' && told.at(-1)?.state !== 'success';
    return status === right || replaced || outcome.life.deletedAt !== undefined
      ? []
      : [
          `${short.get(record)} has the commit status ${status ?? 'none'}, and the deployment says ${told.at(-1)?.state ?? 'nothing'}`,
        ];
  });
};
