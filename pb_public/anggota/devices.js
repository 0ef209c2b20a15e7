import { Devices } from '../lib/devices.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

/** @param {{store: import('./store.js').Store}} props */
export const DeviceScreen = ({ store }) => html`<${AppBar} title=${w('common.devices')} back="/saya" /><p class="read devices-lead">${w('common.devices_lead')}</p><${Devices} door=${store.door} />`;
