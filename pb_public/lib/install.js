// Makes a door open without a network: registers its service worker and tells it what this page loaded.

/**
 * @param {string} path of the worker, `/anggota/sw.js`
 */
export async function keepForOffline(path) {
  // Service workers need a secure context: localhost or a certificate the device trusts.
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  try {
    await navigator.serviceWorker.register(path);
    const { active } = await navigator.serviceWorker.ready;
    const tell = () => active?.postMessage({ type: 'keep', urls: loaded() });
    if (document.readyState === 'complete') tell(); else addEventListener('load', tell, { once: true });
    // Words of a second language, icons and fonts come a moment later.
    setTimeout(tell, 3_000);
  } catch (cause) {
    console.warn('service worker', cause);
  }
}

function loaded() {
  const urls = performance.getEntriesByType('resource').map((entry) => entry.name);
  // Of what the API serves only the co-op's logo is kept here.
  return [...new Set(urls)].filter((url) => url.startsWith(location.origin) && /^\/(?!api\/)|^\/api\/files\/coop\//.test(new URL(url).pathname));
}
