import { Icon, Skeleton } from '../lib/components/index.js';
import { html, useEffect, useState } from '../lib/view.js';

/** The sheet is read from the sprite itself, so that none is forgotten. */
export function Icons() {
  const [names, setNames] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    fetch(new URL('../icons.svg', import.meta.url)).then((a) => a.text())
      .then((svg) => setNames([...new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll('symbol')].map((s) => s.id)), () => {});
  }, []);
  if (!names.length) return html`<${Skeleton} rows=${2} />`;
  return html`<ul class="g-icons">${names.map((n) => html`<li key=${n}><${Icon} name=${n} /><small class="mono">${n}</small></li>`)}</ul>`;
}
