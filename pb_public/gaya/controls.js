import { Button, Check, Field, IconButton, PasswordField, toast } from '../lib/components/index.js';
import { CodeBoxes } from '../lib/components/code-boxes.js';
import { HelpRows } from '../lib/components/help.js';
import { Tabs } from '../lib/components/tabs.js';
import { Tender } from '../lib/components/tender.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group, Specimen } from './parts.js';

const Buttons = () => html`<div class="g-row g-four">
  <${Specimen} name=${w('look.primary')}><${Button}>${w('look.approve')}<//><//><${Specimen} name=${w('look.hovered')} class="is-hover"><${Button}>${w('look.approve')}<//><//>
  <${Specimen} name=${w('look.focused')} class="is-focus"><${Button}>${w('look.approve')}<//><//><${Specimen} name=${w('look.busy')}><${Button} busy busyText=${w('look.writing')}>${w('look.approve')}<//><//>
  <${Specimen} name=${w('look.secondary')}><${Button} kind="ghost">${w('look.preview')}<//><//><${Specimen} name=${w('look.only_till')}><${Button} kind="brand">${w('look.payroll')}<//><//>
  <${Specimen} name=${w('look.for_good')}><${Button} kind="danger">${w('look.block')}<//><//><${Specimen} name=${w('look.disabled')}><${Button} disabled why=${w('look.wait_units')}>${w('look.lock')}<//><//>
  <${Specimen} name=${w('look.small_button')}><${Button} small kind="ghost" icon="refresh">${w('common.retry')}<//><//><${Specimen} name=${w('look.link')}><a class="lnk" href="#controls">${w('look.see_receipt')}</a><//>
  <${Specimen} name=${w('look.icon_button')}><${IconButton} icon="bell" ring label=${w('look.news')} onClick=${() => toast(w('look.toast_good'))} /><//>
  <${Specimen} name=${w('look.chips')}><span class="chip now">${w('common.now')}</span> <span class="chip tint">3</span> <span class="chip good">${w('look.matches')}</span> <span class="chip bad">${w('look.differs')}</span><//></div>`;

function Fields() {
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [amount, setAmount] = useState('250.000');
  const [unit, setUnit] = useState('b');
  const [agreed, setAgreed] = useState(true);
  const [code, setCode] = useState('482');
  return html`<div class="g-fields">
    <${Field} label=${w('look.member_number')} value=${name} onInput=${setName} placeholder=${w('look.four_digits')} inputmode="numeric" />
    <div class="is-focus-field"><${Field} label=${w('look.focused')} value="Rani Pra" onInput=${() => {}} readonly /></div>
    <${Field} label=${w('look.withdraw')} prefix="Rp" value="4.000.000" onInput=${() => {}} error=${w('look.withdraw_error')} readonly />
    <${Field} label="NIP" value="19920508202308200" onInput=${() => {}} error=${w('look.nip_error')} readonly />
    <${Field} label=${w('look.deposit')} prefix="Rp" value=${amount} onInput=${setAmount} hint=${w('look.deposit_hint')} inputmode="numeric" />
    <${Field} label=${w('look.work_unit')} value="Inspektorat" disabled hint=${w('look.unit_hint')} />
    <${Field} label=${w('look.choice')} value=${unit} onInput=${setUnit} options=${['a', 'b', 'c'].map((v) => ({ value: v, label: w(`look.option_${v}`) }))} />
    <${PasswordField} label=${w('common.password')} value=${secret} onInput=${setSecret} autocomplete="off" />
    <${Field} label=${w('common.search')} icon="search" type="search" value="" onInput=${() => {}} placeholder=${w('look.search_in')} />
    <div><p class="lab g-lab">${w('look.code')}</p><${CodeBoxes} label=${w('look.code')} value=${code} onInput=${setCode} /><p class="hint">${w('look.code_hint')}</p></div>
    <${Check} label=${w('look.agree')} checked=${agreed} onChange=${setAgreed} />
    <${HelpRows} rows=${[{ icon: 'mail', title: w('look.help_a'), text: w('look.help_a_text') }, { icon: 'people', title: w('look.help_b'), text: w('look.help_b_text') }]} /></div>`;
}

function Kinds() {
  const [kind, setKind] = useState('a');
  return html`<${Tabs} label=${w('look.choice')} value=${kind} onChange=${setKind} tabs=${['a', 'b', 'c'].map((v) => ({ value: v, label: w(`look.option_${v}`) }))} />`;
}

export const Controls = () => html`<${Group} title=${w('look.buttons')} note=${w('look.buttons_note')}><${Buttons} /><//>
  <${Group} title=${w('look.fields')} note=${w('look.fields_note')}><${Fields} /><//>
  <${Group} title=${w('look.tabs')} note=${w('look.tabs_note')}><${Kinds} /><//>
  <${Group} title=${w('look.tenders')} note=${w('look.tenders_note')}><div class="on-base g-base g-tend"><${Tender} name=${w('till.cash')} hotkey="F1" note=${w('till.exact', { amount: '243.000' })} />
    <${Tender} name=${w('till.payroll')} hotkey="F2" main note=${w('till.deducted_on', { date: w('look.first_dec') })} /><${Tender} name="QRIS" hotkey="F3" note=${w('look.qris_note')} />
    <${Tender} name=${w('look.option_b')} hotkey="F4" off note=${w('look.needs_contact')} /></div><//>`;
