/** What the panel asks about variables and tables of the live kernel. */
import type { Asked, Query } from '../kernel/queries.ts';
import { queries } from '../kernel/queries.ts';
import type { SessionData } from '../session/data.ts';
import type { dataRequests as contract } from '../shared/data.ts';
import type { Language } from '../shared/outputs.ts';
import type { Handlers } from '../shared/rpc.ts';
import { t } from '../shared/l10n.ts';

/** Of the session that is shown, if there is one. */
interface ShownData {
  sessions: { readonly now: { session: { data: SessionData } } | null };
}

export function dataRequests({ sessions }: ShownData): Pick<Handlers, keyof typeof contract> {
  const ask = async <A>(
    query: Query<A>,
    params: Record<string, unknown>,
    language?: Language,
  ): Promise<Asked<A>> => {
    const data = sessions.now?.session.data;
    if (data !== undefined) return data.ask(query, params, language);
    return { ok: false, reason: 'gone', problem: t('There is no session yet.') };
  };
  return {
    variables: async ({ language }) => ask(queries.variables, {}, language),
    variableValue: async ({ language, name }) => ask(queries.variableValue, { name }, language),
    tablePage: async ({ ref, ...page }) => ask(queries.tablePage, { ...ref, ...page }),
    columnSummary: async ({ ref, ...rest }) => ask(queries.columnSummary, { ...ref, ...rest }),
    cancelData: async () => {
      sessions.now?.session.data.cancel();
      return Promise.resolve({});
    },
  };
}
