// The way back from a page of the run to the run itself.
import { Icon } from '../../lib/components/index.js';
import { period as periodText } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @param {{period: string}} props */
export const Crumb = ({ period }) => html`<p class="crumb"><a class="lnk" href=${href(`/potong-gaji${period ? `/${period}` : ''}`)}><${Icon} name="back" />${w('office.nav_payroll')}${period ? ` ${periodText(period)}` : ''}</a></p>`;
