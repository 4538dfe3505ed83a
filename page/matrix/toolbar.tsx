/**
 * The filters above the matrix. They are in the address, so a filtered matrix can be linked to.
 */
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';
import { stateWords } from '../../plugin/fleet/views/cells.ts';
import { worstFirst } from '../../plugin/fleet/states.ts';
import { StateSign } from '../components/state.tsx';
import { type Filter, type Order, orders } from '../route.ts';
import { countStates, isProblem } from './filter.ts';

const orderWords: Readonly<Record<Order, string>> = {
  name: 'by name',
  problems: 'problems first',
  newest: 'newest first',
};

const toggled = (list: readonly string[], one: string): string[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

/** Whether a key is typed into something. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (target instanceof HTMLElement && (target.matches('input, select, textarea') || target.isContentEditable))
  );
}

/** The search, the states, the environments and the order. */
export function Toolbar(props: {
  readonly fleet: Fleet;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const { fleet, filter, onChange } = props;
  const search = useRef<HTMLInputElement>(null);
  const counts = useMemo(() => countStates(fleet.services), [fleet]);
  const problems = useMemo(
    () => fleet.services.flatMap(({ cells }) => cells.filter((cell) => isProblem(fleet, cell))).length,
    [fleet],
  );
  // Not after the next picture: the first key would be lost.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === '/') {
        event.preventDefault();
        search.current?.focus();
      } else if (event.key === 'p') onChange({ ...filter, problems: !filter.problems });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [filter, onChange]);
  return (
    <div class="toolbar" role="search">
      <label class="search">
        <span class="visually-hidden">Search for a service, commit, pull request or person</span>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="6.8" cy="6.8" r="4.6" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="m10.4 10.4 3.8 3.8" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" />
        </svg>
        <input
          ref={search}
          type="search"
          placeholder="Service, commit, #pull request, person"
          value={filter.text}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onChange({ ...filter, text: event.currentTarget.value })}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      {fleet.environments.length > 1 ? (
        <details class="menu">
          <summary class="button">
            {filter.environments.length === 0 ? 'All environments' : filter.environments.join(', ')}
          </summary>
          <div class="menu-list" role="group" aria-label="Environments">
            {fleet.environments.map((name) => (
              <label key={name}>
                <input
                  type="checkbox"
                  checked={filter.environments.includes(name)}
                  onChange={() => onChange({ ...filter, environments: toggled(filter.environments, name) })}
                />
                {name}
              </label>
            ))}
          </div>
        </details>
      ) : null}
      <label class="order">
        <span class="visually-hidden">Order of the services</span>
        <select
          class="button"
          value={filter.order}
          onChange={(event) => {
            const order = orders.find((one) => one === event.currentTarget.value) ?? 'name';
            onChange({ ...filter, order });
          }}
        >
          {orders.map((one) => (
            <option key={one} value={one}>
              {orderWords[one]}
            </option>
          ))}
        </select>
      </label>
      <div class="chips" role="group" aria-label="States">
        <button
          type="button"
          class="chip chip-problems"
          aria-pressed={filter.problems}
          onClick={() => onChange({ ...filter, problems: !filter.problems })}
        >
          <b>{problems}</b> {problems === 1 ? 'problem' : 'problems'}
        </button>
        {worstFirst
          .filter((state) => counts.has(state))
          .map((state) => (
            <button
              key={state}
              type="button"
              class="chip"
              aria-pressed={filter.states.includes(state)}
              onClick={() => onChange({ ...filter, states: toggled(filter.states, state) })}
            >
              <StateSign state={state} isNamed />
              <b>{counts.get(state)}</b> {stateWords[state]}
            </button>
          ))}
      </div>
    </div>
  );
}
