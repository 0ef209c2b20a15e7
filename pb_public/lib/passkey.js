// Passkeys: the browser's part. They are offered only where they can work: in a secure context, at the
// address that the co-op has settled on, in a browser that knows the present way of asking.
import { Fault, info } from './api.js';
import { w } from './words.js';

/** @returns {any} */
const asker = () => /** @type {any} */ (globalThis).PublicKeyCredential;

export const passkeysWork = () => isSecureContext && info.value?.passkey_origin === location.origin && Boolean(asker()?.parseCreationOptionsFromJSON);

/** @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
async function orSay(ask) {
  try {
    return await ask();
  } catch (cause) {
    const known = cause instanceof DOMException && cause.name === 'InvalidStateError';
    throw new Fault({ code: 'passkey', message: w(known ? 'common.passkey_known' : 'common.passkey_cancelled') });
  }
}

/** Lets this device make a passkey. @param {any} options @returns {Promise<any>} its answer, for the server */
export const makePasskey = (options) => orSay(async () => /** @type {any} */ (await navigator.credentials.create({ publicKey: asker().parseCreationOptionsFromJSON(options) })).toJSON());

/** Lets the person choose a passkey. @param {any} options @returns {Promise<any>} its answer, for the server */
export const askPasskey = (options) => orSay(async () => /** @type {any} */ (await navigator.credentials.get({ publicKey: asker().parseRequestOptionsFromJSON(options) })).toJSON());
