import { Loaded } from '../lib/components/index.js';
import { Why } from '../lib/components/why.js';
import { day, memberNumber, count } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { resource } from '../lib/resource.js';
import { href } from '../lib/route.js';
import { html, useEffect, useMemo } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

await bring('join', '/anggota/join.css');

/** Unit, grade and channel, today's and those of before. @param {{store: import('./store.js').Store}} props */
function History({ store }) {
  const of = useMemo(() => resource(store.door, '/api/coop/me/facts'), [store]);
  useEffect(() => { of.load(); }, [of]);
  const text = (/** @type {any} */ f) => (f.kind === 'channel' ? w(`join.own_channel_${f.value || 'officer'}`) : f.value || '–');
  const draw = (/** @type {any} */ it) => {
    const now = [[w('join.own_kind'), w(`join.own_kind_${it.kind}`)], [w('join.own_fact_grade'), it.grade], [w('join.own_fact_channel'), w(`join.own_channel_${it.channel}`)]];
    return html`<section class="sec"><div class="sec-h"><h2>${w('join.own_facts')}</h2></div><dl class="rows">${now.filter(([, t]) => t).map(([label, t]) => html`<div key=${label}><dt>${label}</dt><dd>${t}</dd></div>`)}
      ${it.history.map((/** @type {any} */ f, /** @type {number} */ i) => html`<div key=${i}><dt>${w(`join.own_fact_${f.kind}`)} <small class="note">${f.ahead ? w('join.own_from_date', { date: day(f.valid_from) }) : f.valid_from ? w('join.own_since_date', { date: day(f.valid_from) }) : w('join.own_since_always')}</small></dt><dd>${text(f)}</dd></div>`)}</dl></section>`;
  };
  return html`<${Loaded} of=${of} draw=${draw} rows=${2} />`;
}

/** What the co-op holds about the member, and who sees it. @param {{store: import('./store.js').Store}} props */
export function HeldScreen({ store }) {
  useEffect(() => store.need(store.held), []);
  const draw = (/** @type {any} */ it) => {
    const rows = [[w('member.held_name'), it.name], [w('member.number'), memberNumber(it.number)], ['E-mail', it.email], [w('member.unit'), it.work_unit], [w('member.since'), it.joined_on && day(it.joined_on)],
      [w('member.held_consent'), it.consent], [w('member.held_office'), it.office_number], [w('member.held_birth'), it.birth_date && day(it.birth_date)]];
    const counts = [['purchases', it.purchases], ['moves', it.savings_moves], ['deductions', it.deductions], ['cards', it.cards], ['papers', it.papers], ['browsers', it.browsers], ['notices', it.notices]];
    return html`<p class="read">${w('member.held_lead')}</p>
      <section class="sec"><div class="sec-h"><h2>${w('member.held_open')}</h2></div><dl class="rows">${rows.filter(([, text]) => text).map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl></section>
      <${History} store=${store} />
      <section class="sec"><div class="sec-h"><h2>${w('member.held_sealed')}</h2></div>
        ${it.sealed.length ? html`<dl class="rows">${it.sealed.map((/** @type {string} */ name) => html`<div key=${name}><dt>${w(`member.held_${name}`)}</dt><dd>${w('member.held_kept')}</dd></div>`)}</dl>` : html`<p class="read">${w('member.held_none')}</p>`}</section>
      <section class="sec"><div class="sec-h"><h2>${w('member.held_books')}</h2></div><dl class="rows">${counts.map(([name, n]) => html`<div key=${name}><dt>${w(`member.held_${name}`)}</dt><dd>${count(n ?? 0)}</dd></div>`)}</dl></section>
      <${Why} title=${w('member.held_who')}><p>${w('member.held_who_text')}</p><p><a class="lnk" href=${href('/siapa')}>${w('member.watch')}</a></p><p>${w('member.held_wrong')}</p><//>`;
  };
  return html`<${AppBar} title=${w('member.held')} back="/saya" /><${Loaded} of=${store.held} draw=${draw} />`;
}
