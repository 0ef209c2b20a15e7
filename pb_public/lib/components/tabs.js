import { html, useLayoutEffect, useRef } from '../view.js';

/**
 * Kinds of one thing on a page. Arrow keys move between them.
 * @param {{label: string, tabs: {value: string, label: string}[], value: string, onChange: (value: string) => void}} props
 */
export function Tabs({ label, tabs, value, onChange }) {
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  // A row wider than the phone shows the one that is chosen.
  useLayoutEffect(() => {
    const row = ref.current;
    const chosen = /** @type {HTMLElement | null} */ (row?.querySelector('[aria-selected=true]') ?? null);
    if (row && chosen) row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.clientWidth) / 2;
  }, [value]);
  const moved = (/** @type {KeyboardEvent} */ e) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    e.preventDefault();
    const at = tabs.findIndex((t) => t.value === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    onChange(next.value);
    const list = /** @type {HTMLElement} */ (e.currentTarget);
    /** @type {HTMLElement | undefined} */ (list.children[tabs.indexOf(next)])?.focus();
  };
  return html`<div class="segs" role="tablist" aria-label=${label} ref=${ref} onKeyDown=${moved}>${tabs.map((t) => html`<button key=${t.value} type="button" role="tab"
    aria-selected=${t.value === value} tabindex=${t.value === value ? 0 : -1} onClick=${() => onChange(t.value)}>${t.label}</button>`)}</div>`;
}
