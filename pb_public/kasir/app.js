import { openDoor } from '../lib/auth.js';
import { Gate } from '../lib/login.js';
import { start } from '../lib/start.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { watchBursts } from './scan.js';
import { Till } from './views/till.js';

const door = openDoor({ collections: ['operators', '_superusers'], roles: ['cashier', 'manager'] });
door.renew();
watchBursts();

function Door() {
  document.title = w('till.title');
  const login = {
    title: w('till.title'), lead: w('till.login_lead'), identityLabel: w('common.identity_email'),
    help: [{ icon: 'offline', title: w('till.help_offline'), text: w('till.help_offline_text') }, { icon: 'lock', title: w('till.help_password'), text: w('till.help_password_text') }],
  };
  return html`<${Gate} door=${door} login=${login}><${Till} door=${door} /><//>`;
}

start(html`<${Door} />`, { worker: '/kasir/sw.js' });
