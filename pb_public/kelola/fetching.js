// How a page of the office gets what it shows, and how it sends an act.
import { asFault, ulid } from '../lib/api.js';
import { resource, whenBack } from '../lib/resource.js';
import { useEffect, useMemo, useRef, useState } from '../lib/view.js';

/** @typedef {import('./types.js').Door} Door */
/** @typedef {import('../lib/api.js').Fault} Fault */

/**
 * A GET that follows its path, and is fetched again when contact comes back.
 * @template [T=any]
 * @param {Door} door
 * @param {string} path
 */
export function useResource(door, path) {
  const it = useMemo(() => /** @type {ReturnType<typeof resource<T>>} */ (resource(door, path)), [path]);
  useEffect(() => { it.load(); return whenBack(() => { it.load(); }); }, [it]);
  return it;
}

const startOfList = { rows: /** @type {any[]} */ ([]), name: '', next: /** @type {any} */ (null), loading: true, fault: /** @type {Fault | null} */ (null) };

/**
 * A list that grows by pages. `path(cursor)` gives the address of a page ('' for the first), `name` the list in the answer; whose it is (`name` in the answer) comes along.
 * @param {Door} door
 * @param {string} name
 * @param {(cursor: string) => string} path
 */
export function usePages(door, name, path) {
  const [state, setState] = useState(startOfList);
  const first = path('');
  // What comes back for an earlier filter must not land under the present one.
  const turn = useRef(0);

  /** What stands there stays until the answer comes, unless it answers another question. */
  const asked = useRef('');

  async function fetchPage(/** @type {string} */ cursor, /** @type {any[]} */ before) {
    const mine = ++turn.current, again = asked.current === first;
    asked.current = first;
    setState((was) => ({ ...was, rows: again ? was.rows : before, next: null, loading: true, fault: null }));
    try {
      const answer = await door.send('GET', path(cursor));
      if (mine === turn.current) setState({ rows: [...before, ...answer[name]], name: answer.name ?? '', next: answer.next || null, loading: false, fault: null });
    } catch (cause) {
      if (mine === turn.current) setState((was) => ({ ...was, next: cursor || null, loading: false, fault: asFault(cause) }));
    }
  }
  const reload = () => fetchPage('', []);
  useEffect(() => { reload(); return whenBack(() => { reload(); }); }, [first]);
  return { ...state, reload, more: () => fetchPage(String(state.next), state.rows) };
}

/**
 * One act: its key is made when the question is asked, so that sending it again after a lost answer
 * is the same act and happens once. `send(id)` sends it; a refusal stays in `fault`.
 * @template T
 * @param {(id: string) => Promise<T>} send
 * @param {(answer: T) => void} done
 */
export function useAct(send, done) {
  const [id, setId] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  return {
    isOpen: id !== '', busy, fault,
    open() { setId(ulid()); setFault(null); },
    close() { if (!busy) { setId(''); setFault(null); } },
    async run() {
      setBusy(true);
      setFault(null);
      try {
        const answer = await send(id);
        setId('');
        done(answer);
      } catch (cause) {
        setFault(asFault(cause));
      } finally {
        setBusy(false);
      }
    },
  };
}

/**
 * What the server answers to a question that needs a body, asked again after a pause when the body changes; null asks
 * nothing. `of` is the body that `it` answers: with another one than now, nothing is known yet.
 * @param {Door} door
 * @param {string} path
 * @param {object | null} body
 */
export function useAsk(door, path, body) {
  const [answer, setAnswer] = useState({ of: '', it: /** @type {any} */ (null), fault: /** @type {Fault | null} */ (null) });
  const [turn, setTurn] = useState(0);
  const of = body ? JSON.stringify(body) : '';
  const late = useLater(of);
  useEffect(() => {
    if (!late) return undefined;
    let mine = true;
    door.send('POST', path, JSON.parse(late)).then((it) => { if (mine) setAnswer({ of: late, it, fault: null }); }, (cause) => { if (mine) setAnswer({ of: late, it: null, fault: asFault(cause) }); });
    return () => { mine = false; };
  }, [path, late, turn]);
  const known = of !== '' && answer.of === of;
  return { it: known ? answer.it : null, fault: known ? answer.fault : null, asking: of !== '' && !known, again: () => setTurn(turn + 1) };
}

/** A value that follows another only after a pause, for searches while somebody types. @param {string} value */
export function useLater(value, pause = 250) {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return late;
}

/** Query text without what is empty. @param {Record<string, string | number | null | undefined>} values */
export function query(values) {
  const text = new URLSearchParams(Object.entries(values).filter(([, v]) => v !== '' && v !== null && v !== undefined).map(([k, v]) => [k, String(v)])).toString();
  return text ? `?${text}` : '';
}
