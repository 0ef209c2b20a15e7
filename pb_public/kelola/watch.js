// Who saw and changed one member's data, for those who watch over the co-op: the member reads the same.
import { Empty, FaultNote, Icon, Skeleton } from '../lib/components/index.js';
import { SightingDays } from '../lib/components/sightings.js';
import { Tabs } from '../lib/components/tabs.js';
import { memberNumber } from '../lib/format.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { usePages } from './fetching.js';
import { Head, More } from './parts.js';

/** @param {{door: import('./types.js').Door, number: string}} props */
export function WatchPage({ door, number }) {
  const [about, setAbout] = useState('mine');
  const list = usePages(door, 'sightings', (before) => `/api/coop/members/${number}/sightings?about=${about}${before && `&before=${before}`}`);
  return html`<p class="crumb"><a class="lnk" href=${`#/anggota/${number}`}><${Icon} name="back" small />${w('office.back_member')}</a></p>
    <${Head} title=${w('office.watch_title', { name: list.name || memberNumber(Number(number)) })} lead=${w('office.watch_lead')} />
    <${Tabs} label=${w('office.watch')} value=${about} onChange=${setAbout} tabs=${[{ value: 'mine', label: w('office.watch_mine') }, { value: 'shared', label: w('member.watch_shared') }]} />
    ${list.fault ? html`<${FaultNote} fault=${list.fault} retry=${list.reload} />` : list.rows.length ? html`<div class="watch"><${SightingDays} all=${list.rows} /></div>` : list.loading ? html`<${Skeleton} rows=${5} />` : html`<${Empty} title=${w('office.watch_none')} />`}
    <${More} list=${list} />`;
}
