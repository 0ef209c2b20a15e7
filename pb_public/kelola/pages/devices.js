import { Devices } from '../../lib/devices.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { Head } from '../parts.js';

/** @param {{door: import('../types.js').Door}} props */
export const MyDevices = ({ door }) => html`<${Head} title=${w('common.devices')} lead=${w('common.devices_lead')} /><div class="narrow"><${Devices} door=${door} /></div>`;
