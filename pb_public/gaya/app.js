// The living page of the design system. It shows the real components with invented people and figures, and needs
// no server but for a co-op's own accent and logo.
import { start } from '../lib/start.js';
import { Page } from './page.js';
import { html } from '../lib/view.js';

start(html`<${Page} />`);
