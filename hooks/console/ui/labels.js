// Names in the co-op's language where the dashboard's store lets them in; the rest of it stays English.
import { ready, w } from '/lib/words.js';

const unchosen = { appNames: ['Acme', 'kpdk'], accentColor: '#1055c9' }; // what PocketBase and a new co-op come with

/** Words come with the co-op's own pages; those set the language of the whole document, which here is English. */
async function load() {
  await ready();
  document.documentElement.lang = 'en';
}

/** @param {{word: string, collections: string[]}[]} groups */
export async function apply(groups) {
  await load();
  nameLinks();
  nameCollections(groups);
  nameCoop();
}

const links = { '#/potong-gaji': 'page', '#/laporan': 'reports', '#/buku': 'books', '#/collections': 'collections', '#/logs': 'logs', '#/settings': 'settings', '#/settings/mail': 'mail', '#/settings/storage': 'storage',
  '#/settings/backups': 'backups', '#/settings/crons': 'crons', '#/settings/export-collections': 'export', '#/settings/import-collections': 'import', '#/settings/sql': 'sql' };

function nameLinks() {
  app.store.headerLinks = app.store.headerLinks.map((link) => (links[link.href] ? { ...link, label: w(`office.console_${links[link.href]}`) } : link));
  const settings = {};
  for (const [group, items] of Object.entries(app.store.settingsNavGroups)) {
    const name = { System: 'office.console_system', Sync: 'office.console_sync', Debug: 'office.console_debug' }[group];
    settings[name ? w(name) : group] = items.map((link) => (link.href === '#/settings' ? { ...link, label: w('office.console_application') } : links[link.href] ? { ...link, label: w(`office.console_${links[link.href]}`) } : link));
  }
  app.store.settingsNavGroups = settings;
}

/** Text inside a stylesheet. @param {string} text */
const quoted = (text) => `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, ' ')}"`;

/**
 * The sidebar is drawn again with each search and pin, so headings and names are styles, not nodes: the first
 * of each group in sight gets the heading, every collection its own word before its name.
 * @param {{word: string, collections: string[]}[]} groups
 */
function nameCollections(groups) {
  const sheet = document.head.appendChild(document.createElement('style'));
  const item = (id) => `.nav-item[data-collection-id="${id}"]`;
  watch(() => app.store.collections.map((c) => `${c.id} ${c.name}`).join(), () => {
    const ids = new Map(app.store.collections.map((c) => [c.name, c.id]));
    sheet.textContent = groups.flatMap((g, n) => {
      const mine = g.collections.filter((name) => ids.has(name)).map((name) => item(ids.get(name)));
      if (!mine.length) return [];
      const all = `:is(${mine.join(',')})`;
      const first = `.nav-group-regular-collections ${all}:not(${all} ~ ${all})`;
      return [`${first}{margin-top:${n ? 34 : 28}px}`, `${first}::before{content:${quoted(w(`office.group_${g.word}`))}}`,
        ...g.collections.filter((name) => ids.has(name)).map((name) => `.collections-list ${item(ids.get(name))} .txt::before{content:${quoted(w(`office.coll_${name}`))}}`)];
    }).join('\n');
  });
}

/** The co-op's logo; name and colour, until the manager chooses others in the settings. */
function nameCoop() {
  fetch('/api/coop/info').then((answer) => answer.json()).then((info) => {
    if (info.logo) for (const place of ['headerLogo', 'mainLogo', 'favicon']) app.store[place] = info.logo;
    watch(() => app.store.settings?.meta?.appName, (name) => { if (unchosen.appNames.includes(name)) app.store.settings.meta.appName = info.name; });
  }).catch(() => { /* the name in the settings stays */ });
  watch(() => app.store.settings?.meta?.accentColor, (color) => {
    document.documentElement.classList.toggle('kop-accent', !color || color === unchosen.accentColor);
  });
}
