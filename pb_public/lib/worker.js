// Shared by the doors' service workers: importScripts('/lib/worker.js') after setting self.DOOR = {name, shell}.
// Pages come from the network and fall back to what was kept, so that all modules shown are of one version.
/* global self, caches, fetch, Response, URL, clients */
(function () {
  var patience = 4000;
  var rest = 30000;
  var slowUntil = 0; // while the network crawls, what is kept is given at once
  var cacheName = 'kpdk-' + self.DOOR.name;

  self.addEventListener('install', function (event) {
    event.waitUntil(caches.open(cacheName).then(function (cache) { return cache.addAll(self.DOOR.shell); }).then(function () { return self.skipWaiting(); }));
  });
  self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

  // The page tells what it loaded, so no list of modules has to be kept by hand.
  self.addEventListener('message', function (event) {
    if (!event.data || event.data.type !== 'keep' || !Array.isArray(event.data.urls)) return;
    event.waitUntil(caches.open(cacheName).then(function (cache) {
      return Promise.all(event.data.urls.slice(0, 200).map(function (url) {
        return cache.match(url, { ignoreVary: true }).then(function (kept) { return kept || cache.add(url).catch(function () {}); });
      }));
    }));
  });

  function fromNetwork(request) {
    return fetch(request).then(function (answer) {
      if (answer.ok && answer.type === 'basic') {
        var copy = answer.clone();
        caches.open(cacheName).then(function (cache) { return cache.put(request, copy); });
      }
      return answer;
    });
  }

  function fromCache(request) {
    // The server varies by Origin, which a browser sends with module scripts and not with what it fetched to keep.
    return caches.match(request, { ignoreSearch: request.mode === 'navigate', ignoreVary: true }).then(function (kept) {
      return kept || (request.mode === 'navigate' ? caches.match(self.DOOR.shell[0]) : undefined);
    });
  }

  self.addEventListener('fetch', function (event) {
    var url = new URL(event.request.url);
    if (event.request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return;
    event.respondWith(new Promise(function (resolve) {
      var done = false;
      var give = function (answer) { if (answer && !done) { done = true; resolve(answer); } };
      var slow = setTimeout(function () {
        slowUntil = Date.now() + rest;
        fromCache(event.request).then(give);
      }, Date.now() < slowUntil ? 0 : patience);
      fromNetwork(event.request).then(function (answer) { clearTimeout(slow); give(answer); }, function () {
        clearTimeout(slow);
        fromCache(event.request).then(function (kept) { give(kept || Response.error()); });
      });
    }));
  });
})();
