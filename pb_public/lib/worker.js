// Shared by the doors' service workers: importScripts('/lib/worker.js') after setting self.DOOR = {name, shell}.
// Pages come from the network and fall back to what was kept, so that all modules shown are of one version.
/* global self, caches, fetch, Response, URL, clients */
(function () {
  var patience = 4000;
  // After a request that failed or crawled, what is kept is given at once for a while: a page and its
  // half a hundred modules then wait once, not each for itself, and are of the same visit.
  var rest = { failed: 3000, crawled: 30000 };
  var keptUntil = 0;
  var cacheName = 'kpdk-' + self.DOOR.name;
  // The co-op's logo is a file of the API; another logo has another address.
  var logo = /^\/api\/files\/coop\//;

  function isLogo(request) { return logo.test(new URL(request.url).pathname); }

  // Once the newest logo is kept, those before it go.
  function forgetLogos(cache, url) {
    return cache.keys().then(function (all) {
      return Promise.all(all.filter(function (one) { return isLogo(one) && one.url !== url; }).map(function (one) { return cache.delete(one); }));
    });
  }

  function logoOf(request) {
    return fromCache(request).then(function (kept) { return kept || fromNetwork(request, true); });
  }

  self.addEventListener('install', function (event) {
    event.waitUntil(caches.open(cacheName).then(function (cache) { return cache.addAll(self.DOOR.shell); }).then(function () { return self.skipWaiting(); }));
  });
  self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

  // The page tells what it loaded, so no list of modules has to be kept by hand.
  self.addEventListener('message', function (event) {
    if (!event.data || event.data.type !== 'keep' || !Array.isArray(event.data.urls)) return;
    event.waitUntil(caches.open(cacheName).then(function (cache) {
      return Promise.all(event.data.urls.slice(0, 200).map(function (url) {
        return cache.match(url, { ignoreVary: true }).then(function (kept) {
          return kept || cache.add(url).then(function () { return logo.test(new URL(url).pathname) && forgetLogos(cache, url); }).catch(function () {});
        });
      }));
    }));
  });

  function fromNetwork(request, newest) {
    return fetch(request).then(function (answer) {
      if (answer.ok && answer.type === 'basic') {
        var copy = answer.clone();
        caches.open(cacheName).then(function (cache) {
          return cache.put(request, copy).then(function () { return newest && forgetLogos(cache, request.url); });
        });
      }
      return answer;
    });
  }

  function fromCache(request) {
    // The server varies by Origin, which a browser sends with module scripts and not with what it fetched to keep.
    return caches.open(cacheName).then(function (cache) {
      return cache.match(request, { ignoreSearch: request.mode === 'navigate', ignoreVary: true }).then(function (kept) {
        return kept || (request.mode === 'navigate' ? cache.match(self.DOOR.shell[0]) : undefined);
      });
    });
  }

  self.addEventListener('fetch', function (event) {
    var url = new URL(event.request.url);
    if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
    if (isLogo(event.request)) { event.respondWith(logoOf(event.request)); return; }
    if (url.pathname.startsWith('/api/')) return;
    event.respondWith(Date.now() < keptUntil ? fromCache(event.request).then(function (kept) { return kept || askFirst(event.request); }) : askFirst(event.request));
  });

  function askFirst(request) {
    return new Promise(function (resolve) {
      var slow = setTimeout(function () {
        fromCache(request).then(function (kept) { if (kept) { keptUntil = Date.now() + rest.crawled; resolve(kept); } });
      }, patience);
      fromNetwork(request).then(function (answer) { clearTimeout(slow); resolve(answer); }, function () {
        clearTimeout(slow);
        keptUntil = Math.max(keptUntil, Date.now() + rest.failed);
        fromCache(request).then(function (kept) { resolve(kept || Response.error()); });
      });
    });
  }
})();
