/* global self, importScripts */
self.DOOR = { name: 'kasir', shell: ['/kasir/', '/brand.css', '/words/id.json', '/words/en.json', '/icons.svg', '/vendor/barcode.mjs'] };
importScripts('/lib/worker.js');
