// Light, dark, or what the device wishes. first-paint.js applies the kept choice before anything is drawn.
import { effect, signal } from '../vendor/signals.mjs';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

const key = 'kpdk.theme';

/** @returns {Theme} */
function kept() {
  try {
    const it = localStorage.getItem(key);
    if (it === 'light' || it === 'dark') return it;
  } catch { /* storage may be closed */ }
  return 'auto';
}

export const theme = signal(kept());

/** @param {Theme} next */
export function setTheme(next) {
  theme.value = next;
  try {
    if (next === 'auto') localStorage.removeItem(key); else localStorage.setItem(key, next);
  } catch { /* then it lasts for this visit */ }
}

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'auto') delete root.dataset.theme; else root.dataset.theme = theme.value;
});
