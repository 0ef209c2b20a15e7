// News from the server. Messages carry ids and a version, never the data: whoever listens fetches again.
import { signal } from '../vendor/signals.mjs';

/** How long the server can say again what was said, less what the way takes, ms. */
const kept = 50_000;

/** When the line was lost last: what was said before was heard, or is fetched again. */
let lost = 0;

/** Whether the line for news is open. */
export const listening = signal(false);

/**
 * Listens to a topic such as `coop/member/846`, from about the moment that its page fetches. What is said until
 * the line is open the server says again, with how long ago that was (`missed_ms`): what is older than the fetch
 * is in the answer already and is not heard. After a lost line is open again, or one that opened late, `refetch`
 * runs, because what was said in between is gone. Returns a function that stops.
 * @param {import('./auth.js').Door} door
 * @param {string} topic
 * @param {(message: any) => void} hear
 * @param {() => void} [refetch]
 */
export function listen(door, topic, hear, refetch) {
  const realtime = door.pb().realtime;
  let stopped = false;
  let connects = realtime.isConnected ? 1 : 0; // a page that comes to an open line first hears of the next one
  /** @type {(() => void)[]} */
  const ends = [];
  const keep = (/** @type {() => void} */ end) => { if (stopped) end(); else ends.push(end); };
  let wait = 2_000;
  let since = performance.now(); // what was said before reached the books before the page's question did
  const hearNew = (/** @type {any} */ message) => {
    if (!(performance.now() - message.missed_ms < Math.max(since, lost))) hear(message);
  };

  const again = () => { since = performance.now(); refetch?.(); };

  const start = async () => {
    if (stopped) return;
    try {
      keep(await realtime.subscribe('PB_CONNECT', () => {
        listening.value = true;
        if (connects++ > 0) again();
      }));
      keep(await realtime.subscribe(topic, hearNew));
      if (performance.now() - since > kept) again();
    } catch {
      // No line now (offline, or the login ran out): try again, more slowly each time.
      listening.value = false;
      setTimeout(start, wait);
      wait = Math.min(wait * 2, 60_000);
    }
  };
  realtime.onDisconnect = () => { listening.value = false; lost = performance.now(); };
  // A browser keeps a page that was left for the way back, with its line. After six of them no request would get through.
  const leave = () => { ends.length = 0; listening.value = false; realtime.unsubscribe().catch(() => {}); };
  const back = (/** @type {PageTransitionEvent} */ e) => { if (e.persisted) start(); };
  addEventListener('pagehide', leave);
  addEventListener('pageshow', back);
  start();
  return () => {
    stopped = true;
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', back);
    for (const end of ends) end();
  };
}
