// A plain script, loaded before the stylesheet draws, so that a chosen theme does not flash.
(function () {
  try {
    var theme = localStorage.getItem('kpdk.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem('kpdk.language');
    if (language === 'en') document.documentElement.lang = 'en';
  } catch (_) { /* storage is closed: the device's wish holds */ }
})();
