// One place that binds htm to Preact, so that pages import their drawing tools from here.
import { Fragment, createContext, h, render } from '../vendor/preact.mjs';
import htm from '../vendor/htm.mjs';

export { Fragment, createContext, h, render };
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from '../vendor/hooks.mjs';
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from '../vendor/signals.mjs';

/** @typedef {import('../vendor/preact.mjs').ComponentChildren} Children */
/** @typedef {import('../vendor/preact.mjs').VNode<any>} View */

/** @type {(strings: TemplateStringsArray, ...values: any[]) => View} */
export const html = /** @type {any} */ (htm.bind(/** @type {any} */ (h)));

/**
 * Joins class names, leaving out what is false or empty.
 * @param {...(string | false | null | undefined)} names
 */
export const cls = (...names) => names.filter(Boolean).join(' ');
