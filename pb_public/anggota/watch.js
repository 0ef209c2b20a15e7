import { Empty, Loaded } from '../lib/components/index.js';
import { SightingDays } from '../lib/components/sightings.js';
import { Tabs } from '../lib/components/tabs.js';
import { Why } from '../lib/components/why.js';
import { day } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { paged } from '../lib/resource.js';
import { html, useEffect, useMemo, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';
import { More } from './rows.js';

await bring('join', '/anggota/join.css');

/** Who opened, took along or changed the member's data. @param {{store: import('./store.js').Store}} props */
export function WatchScreen({ store }) {
  const [about, setAbout] = useState('mine');
  const lists = useMemo(() => /** @type {Record<string, ReturnType<typeof paged>>} */ (Object.fromEntries(['mine', 'shared'].map((it) => [it, paged(store.door, `/api/coop/me/sightings?about=${it}`, 'sightings', { keep: true })]))), [store]);
  const list = lists[about];
  useEffect(() => { list.load(); }, [list]);
  const shared = about === 'shared';
  const draw = (/** @type {any} */ page) => html`${shared && html`<p class="small watch-lead">${w('member.watch_shared_lead')}</p>`}
    ${list.items().length ? html`<${SightingDays} all=${list.items()} /><${More} of=${list} />`
    : html`<${Empty} title=${w(shared ? 'member.watch_none_shared' : 'member.watch_none')} text=${w(shared ? 'member.watch_none_shared_text' : 'member.watch_none_text')} />`}
    <${Why} title=${w('common.how_we_know')}><p>${w('member.watch_lead')}</p>${page.since && html`<p>${w('member.watch_since', { date: day(page.since) })}</p>`}<p>${w('member.watch_wrong')}</p><//>`;
  return html`<${AppBar} title=${w('member.watch')} back="/data" />
    <${Tabs} label=${w('member.watch')} value=${about} onChange=${setAbout} tabs=${[{ value: 'mine', label: w('member.watch_mine') }, { value: 'shared', label: w('member.watch_shared') }]} />
    <${Loaded} key=${about} of=${list} draw=${draw} />`;
}
