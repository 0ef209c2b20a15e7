self.DOOR = { name: 'anggota', shell: ['/anggota/', '/anggota/app.js', '/anggota/anggota.css', '/styles/base.css', '/styles/tokens.css', '/brand.css', '/icons.svg', '/words/id.json', '/words/en.json', '/fonts/jakarta.woff2'] };
importScripts('/lib/worker.js');
