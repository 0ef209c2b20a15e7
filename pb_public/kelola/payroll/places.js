// Where a payroll officer's money comes to, or goes back from: each open bank account, and the main cash.
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';

/** Places as options of a field; until they are known, the main account. @param {any} door */
export function usePlaces(door) {
  /** @type {{places: {place: string, kind: string, name: string, closed: boolean}[]} | null} */
  const start = useResource(door, '/api/coop/treasury').state.value.data;
  const banks = start?.places.filter((p) => p.kind === 'bank' && !p.closed) ?? [];
  const options = banks.length > 1 ? banks.map((p) => ({ value: p.place, label: p.name })) : [{ value: banks[0]?.place ?? 'bank:1', label: w('office.into_bank') }];
  return [...options, { value: 'cash', label: w('office.into_cash') }];
}
