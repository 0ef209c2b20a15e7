// News in the app. Managers write with an editor; of its text only plain elements are shown.
import { Icon, Section, Skeleton } from '../lib/components/index.js';
import { day, today } from '../lib/format.js';
import { h, html, useEffect } from '../lib/view.js';
import { language, w } from '../lib/words.js';

const kept = new Set(['P', 'BR', 'B', 'STRONG', 'I', 'EM', 'UL', 'OL', 'LI', 'BLOCKQUOTE', 'H4', 'CODE', 'PRE']);
const dropped = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'SVG', 'MATH']);
const deepest = 20;

/** @param {ChildNode} node @param {number} depth @returns {any} */
function tidy(node, depth) {
  if (node.nodeType === 3) return node.nodeValue;
  const { tagName } = /** @type {HTMLElement} */ (node);
  if (node.nodeType !== 1 || depth > deepest || dropped.has(tagName.toUpperCase())) return null;
  const inside = [...node.childNodes].map((child) => tidy(child, depth + 1));
  if (tagName === 'A') {
    const to = /** @type {HTMLElement} */ (node).getAttribute('href') ?? '';
    return /^(https?:|mailto:|\/)/i.test(to) ? h('a', { href: to, target: '_blank', rel: 'noopener' }, inside) : inside;
  }
  if (/^H[1-6]$/.test(tagName)) return h('h4', {}, inside);
  return kept.has(tagName) ? h(tagName.toLowerCase(), {}, inside) : inside;
}

/** @param {{text: string}} props */
const Rich = ({ text }) => html`<div class="read rich">${[...new DOMParser().parseFromString(text, 'text/html').body.childNodes].map((node) => tidy(node, 0))}</div>`;

const most = 3;

/** The latest news in the member's language, read in place. @param {{store: import('./store.js').Store}} props */
export function News({ store }) {
  const news = store.news(language.value);
  useEffect(() => store.need(news), [news]);
  const now = today();
  if (!news.state.value.data && !news.state.value.fault) return html`<${Section} title=${w('member.news')}><${Skeleton} rows=${2} /><//>`;
  /** @type {{id: string, title: string, body: string, published_on: string}[]} */
  const items = (news.state.value.data?.items ?? []).filter((/** @type {any} */ n) => n.published_on && n.published_on <= now).slice(0, most);
  if (!items.length) return null;
  return html`<${Section} title=${w('member.news')}><div class="news">${items.map((n) => html`<details key=${n.id}><summary><small>${day(n.published_on, 'medium')}</small><span>${n.title}</span><${Icon} name="down" small /></summary><${Rich} text=${n.body} /></details>`)}</div><//>`;
}
