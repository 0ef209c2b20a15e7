(() => {
  let busy = false;
  setInterval(async () => {
    if (busy || document.hidden || !navigator.onLine) return;
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search, { cache: 'no-cache' });
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const old of document.querySelectorAll('[data-live]')) {
        const fresh = next.querySelector(`[data-live="${old.dataset.live}"]`);
        if (fresh && fresh.innerHTML !== old.innerHTML) old.innerHTML = fresh.innerHTML;
      }
    } catch { /* the figures keep their date */ } finally { busy = false; }
  }, 5000);
})();
