// Who is here. A door names the auth collections it lets in; each keeps its login under a key of its own,
// so that a cashier's till and a member's phone page do not log each other out on one device.
import { signal, computed } from '../vendor/signals.mjs';
import { Fault, asFault, client, request, send as sendPlain } from './api.js';
import { askPasskey } from './passkey.js';
import { w } from './words.js';

/**
 * @typedef {object} Who
 * @property {string} id
 * @property {string} name
 * @property {string} email
 * @property {string} role member, cashier, storekeeper, treasurer, supervisor or manager
 * @property {string} collection
 * @property {number} number a member's number, else 0
 * @property {Record<string, any>} record
 */
/** @typedef {ReturnType<typeof openDoor>} Door */

/** @param {Record<string, any>} record @returns {Who} */
function whoIs(record) {
  const collection = record.collectionName;
  const role = collection === 'members' ? 'member' : collection === '_superusers' ? 'manager' : record.role;
  return { id: record.id, name: record.name || record.email || '', email: record.email ?? '', role, collection, number: record.number ?? 0, record };
}

/** Member numbers are printed with leading zeros. @param {string} identity */
const plainIdentity = (identity) => (/^\d+$/.test(identity.trim()) ? String(Number(identity)) : identity.trim());

const renewAfter = 6 * 3_600_000; // ms

/** Hands a file to the browser as a download. @param {Blob} file @param {string} name */
export function hand(file, name) {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * @param {{collections: string[], roles?: string[], clients?: Record<string, ReturnType<typeof client>>}} options collections in the order in which
 * a login is tried; clients that hold a login already
 */
export function openDoor({ collections, roles, clients = Object.fromEntries(collections.map((name) => [name, client(name)])) }) {
  const allowed = (/** @type {Who} */ it) => !roles || roles.includes(it.role);

  /** @returns {Who | null} */
  function present() {
    for (const name of collections) {
      const store = clients[name].authStore;
      if (store.record && store.isValid) {
        const it = whoIs(store.record);
        if (allowed(it)) return it;
      }
    }
    return null;
  }

  const who = signal(present());
  /** True when a login ran out while somebody was working: the page stays, and the login is asked on top of it. */
  const expired = signal(false);
  const role = computed(() => who.value?.role ?? '');

  /** Set while an act of money or identity waits for a proof that it is still the same person. */
  const confirming = signal(/** @type {{done: (proved: boolean) => void} | null} */ (null));

  const pb = () => clients[who.value?.collection ?? collections[0]];

  /** @param {string} collection @param {any} answer @param {Who} it */
  function letIn(collection, answer, it) {
    for (const other of collections) if (other !== collection) clients[other].authStore.clear();
    clients[collection].authStore.save(answer.token, answer.record);
    who.value = it;
    expired.value = false;
    return it;
  }

  /**
   * @param {string} identity number or e-mail
   * @param {string} password
   */
  async function login(identity, password) {
    /** @type {Fault | null} */
    let refused = null;
    for (const collection of collections) {
      // A manager's login is always an e-mail; asking for a number there would only spend an attempt.
      if (collection === '_superusers' && !identity.includes('@')) continue;
      try {
        const answer = await sendPlain('POST', `/api/collections/${collection}/auth-with-password`, { identity: plainIdentity(identity), password });
        const it = whoIs(answer.record);
        if (!allowed(it)) { refused = new Fault({ code: 'wrong_door', message: w('common.wrong_door') }); continue; }
        return letIn(collection, answer, it);
      } catch (cause) {
        const fault = asFault(cause);
        if (![400, 401, 403, 404].includes(fault.status)) throw fault;
        if (!refused || fault.status === 403) {
          refused = fault.status === 400 || fault.status === 404
            ? new Fault({ code: 'login', message: w('common.login_refused'), status: fault.status })
            : fault;
        }
      }
    }
    throw refused ?? new Fault({ code: 'login', message: w('common.login_refused') });
  }

  /**
   * Asks for a code by e-mail. Whether the address is anybody's, the answer doesn't say.
   * @param {string} email @returns {Promise<string>} the id that goes with the code
   */
  const mailCode = async (email) => (await sendPlain('POST', '/api/collections/members/request-otp', { email: email.trim() })).otpId;

  /** Comes in with a code from an e-mail. @param {string} id @param {string} code */
  async function loginByMail(id, code) {
    const kept = who.peek()?.collection === 'members' ? clients.members.authStore.token : undefined;
    try {
      const answer = await sendPlain('POST', '/api/collections/members/auth-with-otp', { otpId: id, password: code }, kept);
      return letIn('members', answer, whoIs(answer.record));
    } catch (cause) {
      const fault = asFault(cause);
      throw fault.status === 400 ? new Fault({ code: 'login', message: w('common.mail_code_refused'), status: 400 }) : fault;
    }
  }

  /**
   * Comes in with a passkey, or proves with one that it is still the same person.
   * @param {boolean} [same] only the person who is here
   */
  async function loginByPasskey(same = false) {
    const it = who.peek();
    const { ceremony, options } = await sendPlain('POST', '/api/coop/login/passkey/begin', {});
    const answer = await sendPlain('POST', '/api/coop/login/passkey', { ceremony, credential: await askPasskey(options) }, it ? clients[it.collection].authStore.token : undefined);
    const next = whoIs(answer.record);
    if (same && next.id !== it?.id) throw new Fault({ code: 'wrong_person', message: w('common.passkey_other') });
    if (!collections.includes(next.collection) || !allowed(next)) throw new Fault({ code: 'wrong_door', message: w('common.wrong_door') });
    return letIn(next.collection, answer, next);
  }

  /**
   * Sets a password by a code from the manager, then comes in with it.
   * @param {string} id of the act @param {string} identity @param {string} code @param {string} password
   */
  async function reset(id, identity, code, password) {
    await sendPlain('POST', '/api/coop/login/reset', { id, login: collections[0], identity, code, password });
    return login(identity, password);
  }

  /** Proves with the password that it is still the same person; the session goes on, fresh. @param {string} password */
  async function confirm(password) {
    const it = who.peek();
    if (!it) return;
    try {
      const answer = await sendPlain('POST', `/api/collections/${it.collection}/auth-with-password`, { identity: it.number ? String(it.number) : it.email, password }, clients[it.collection].authStore.token);
      letIn(it.collection, answer, whoIs(answer.record));
    } catch (cause) {
      const fault = asFault(cause);
      throw fault.status === 400 ? new Fault({ code: 'login', message: w('common.password_refused'), status: 400 }) : fault;
    }
  }

  function logout() {
    const it = who.peek();
    // The server ends the session; without contact, the token is at least gone from this device.
    if (it && it.collection !== '_superusers' && clients[it.collection].authStore.isValid) sendPlain('POST', '/api/coop/me/log-out', {}, clients[it.collection].authStore.token).catch(() => {});
    for (const one of Object.values(clients)) { one.realtime.unsubscribe().catch(() => {}); one.authStore.clear(); }
    expired.value = false;
    who.value = null;
  }

  let renewed = 0;

  /** Asks the server whether the kept login still holds, and renews it. Without contact it is believed. */
  async function renew() {
    const it = who.peek();
    if (!it) return;
    renewed = Date.now();
    try {
      const answer = await sendPlain('POST', `/api/collections/${it.collection}/auth-refresh`, {}, clients[it.collection].authStore.token);
      clients[it.collection].authStore.save(answer.token, answer.record);
      const next = whoIs(answer.record);
      if (allowed(next)) who.value = next; else logout();
    } catch (cause) {
      if ([401, 403, 404].includes(asFault(cause).status)) expired.value = true;
    }
  }

  // A page that stays open for weeks renews its login whenever somebody looks at it again.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && renewed && Date.now() - renewed > renewAfter) renew();
  });

  /** Waits until the person proved who they are, or would rather not. @returns {Promise<boolean>} */
  const proof = () => new Promise((resolve) => {
    confirming.value = { done: (proved) => { confirming.value = null; resolve(proved); } };
  });

  /**
   * Sends; when the server wants a proof of the person first, asks for it and sends the same again.
   * @template T @param {() => Promise<T>} run @returns {Promise<T>}
   */
  async function asPerson(run) {
    try {
      return await run();
    } catch (cause) {
      if (cause instanceof Fault && cause.code === 'auth.confirm_first' && !confirming.peek() && await proof()) return asPerson(run);
      if (cause instanceof Fault && cause.status === 401 && who.peek()) expired.value = true;
      throw cause;
    }
  }

  return {
    who, role, expired, confirming, login, mailCode, loginByMail, loginByPasskey, reset, confirm, logout, renew, pb, present,
    /** Whether members come in here, who may have a code sent by e-mail. */
    forMembers: collections[0] === 'members',
    token: () => pb().authStore.token,
    /**
     * Sends as the person who is here. @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>}
     */
    send: (method, path, body) => asPerson(() => sendPlain(method, path, body, pb().authStore.token)),
    /**
     * The raw answer, for files. @param {string} method @param {string} path @param {unknown} [body] @param {boolean} [endless] the answer may take as long as it likes
     */
    request: (method, path, body, endless) => asPerson(() => request(method, path, { body, token: pb().authStore.token, endless })),
    /**
     * Follows an answer that comes as lines of JSON, until its end or until `signal` ends it.
     * @param {string} path @param {(line: any) => void} onLine @param {AbortSignal} [signal] @param {unknown} [body] sent, where there is one
     */
    async follow(path, onLine, signal, body) {
      const answer = await asPerson(() => request(body === undefined ? 'GET' : 'POST', path, { body, token: pb().authStore.token, signal, endless: true }));
      let rest = '';
      for (const text = new TextDecoder(), reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader(); ;) {
        const { done, value } = await reader.read();
        const lines = (rest + text.decode(value, { stream: !done })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line) onLine(JSON.parse(line));
        if (done) return;
      }
    },
    /**
     * Fetches a file with the login and hands it to the browser as a download.
     * @param {string} path
     * @param {string} name
     */
    async download(path, name) {
      const answer = await asPerson(() => request('GET', path, { token: pb().authStore.token }));
      hand(await answer.blob(), name);
    },
  };
}
