/**
 * How the names of an application's records begin: for tools that can compare texts, but not take a name apart.
 */
import { failure } from '../diagnostics/failure.ts';
import { recordName } from '../record/name.ts';
import { parseRepository } from '../record/repository.ts';
import type { HandbackApplication } from '../schemas/handback.generated.ts';
import { applicationName } from './applications.ts';

/** An environment and the record's name up to the commit, with the dot before it. */
export interface RecordPrefix {
  readonly environment: string;
  readonly prefix: string;
}

const COMMIT = '0'.repeat(40);

/** One for each environment. Failure `handback-missing` when the source repository is no URL with an owner; `record-name`. */
export function recordPrefixes(application: HandbackApplication): RecordPrefix[] {
  const { sourceRepository, environments } = application;
  const parsed = parseRepository(sourceRepository);
  if (parsed === undefined) {
    throw failure('handback-missing', `${sourceRepository} names no host, owner and repository`, {
      help: ['Records are named by them: write https://HOST/OWNER/NAME.'],
    });
  }
  return environments.map((environment) => {
    const { owner, name: repository } = parsed;
    const deployed = applicationName(application, environment);
    const fields = { owner, repository, environment, application: deployed, commit: COMMIT };
    return { environment, prefix: recordName(fields).slice(0, -COMMIT.length) };
  });
}
