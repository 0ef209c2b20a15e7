// One file that somebody chooses or drops.
import { Button, Icon } from '../lib/components/index.js';
import { count } from '../lib/format.js';
import { html, useRef } from '../lib/view.js';
import { w } from '../lib/words.js';

/** The most that the server takes, in bytes. */
export const fileLimit = 32 * 1024 * 1024;

/** Chooses one file; another one replaces it. @param {{file: File | null, choose: (file: File) => void, kinds?: string, disabled?: boolean}} props */
export function Drop({ file, choose, kinds = w('office.file_kinds'), disabled }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const over = (/** @type {DragEvent} */ e) => { e.preventDefault(); };
  const take = (/** @type {File | undefined} */ next) => { if (next && !disabled) choose(next); };
  const drop = (/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files?.[0]); };
  return html`<div class=${`drop ${file ? 'has' : ''}`} onDragOver=${over} onDrop=${drop}><${Icon} name="file" /><span><b>${file ? file.name : w('office.file_none')}</b><small class="note">${file ? w('office.kilobytes', { n: count(Math.max(1, Math.round(file.size / 1024))) }) : kinds}</small></span>
    <${Button} kind="ghost" small disabled=${disabled} onClick=${() => input.current?.click()}>${w(file ? 'office.file_other' : 'office.file_choose')}<//>
    <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('office.file_choose')} accept=".csv,.xlsx,.txt" disabled=${disabled} onChange=${(/** @type {any} */ e) => { take(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} /></div>`;
}
