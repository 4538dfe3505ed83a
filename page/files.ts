/**
 * Where views get what is not in the data of the page: files beside it, or, in Argo CD's UI, what was read there.
 */
import { createContext } from 'preact';
import type { HistoryData, MetricsData, ServiceDetails } from '../plugin/page/data.ts';

/** What can be asked for. Each call may answer from what was loaded before. */
export interface Files {
  /** @throws Error when it cannot be had */
  readonly service: (name: string) => Promise<ServiceDetails>;
  /** @throws Error when it cannot be had */
  readonly history: () => Promise<HistoryData>;
  /** @throws Error when it cannot be had */
  readonly metrics: () => Promise<MetricsData>;
}

/** The files of the page that is shown. */
export const FilesContext = createContext<Files>({
  service: async (name) => {
    throw new Error(`there are no details of ${name}`);
  },
  history: async () => ({}),
  metrics: async () => {
    throw new Error('there is no history of a repository');
  },
});
