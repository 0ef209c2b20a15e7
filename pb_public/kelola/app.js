// The office door: treasurer, supervisor, storekeeper and manager. The server decides what each may do;
// this page leaves out what would be refused.
import { openDoor } from '../lib/auth.js';
import { Gate } from '../lib/login.js';
import { start } from '../lib/start.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Office } from './office.js';

const door = openDoor({ collections: ['operators', '_superusers'], roles: ['treasurer', 'supervisor', 'storekeeper', 'manager'] });
door.renew();

/** Words are there only after start() has loaded them, so the login's are read while drawing. */
function Kelola() {
  const login = { title: w('office.login_title'), lead: w('office.login_lead'), identityLabel: w('common.identity_email') };
  return html`<${Gate} door=${door} login=${login}><${Office} door=${door} /><//>`;
}

start(html`<${Kelola} />`);
