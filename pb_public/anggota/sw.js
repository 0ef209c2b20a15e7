self.DOOR = { name: 'anggota', shell: ['/anggota/', '/anggota/app.js', '/anggota/anggota.css', '/styles/base.css', '/styles/tokens.css', '/brand.css', '/icons.svg', '/words/id.member.json', '/words/en.member.json', '/fonts/jakarta.woff2',
  // Screens that the first one does not load, and what they need.
  '/anggota/card.js', '/lib/components/card-sheet.js', '/anggota/catalogue.js', '/lib/components/shelf.js', '/lib/components/goods.js', '/lib/components/goods-table.js', '/lib/components/goods.svg', '/anggota/deductions.js', '/anggota/devices.js', '/anggota/gains.js', '/anggota/held.js', '/anggota/leave.js', '/anggota/pin.js', '/anggota/profile.js', '/anggota/purchases.js', '/anggota/savings.js', '/lib/components/qr.js', '/vendor/uqr.mjs'] };
importScripts('/lib/worker.js');
