import { w } from './words.js';

/** What people call a device. @param {{browser: string, system: string}} d */
export function nameOf(d) {
  if (d.browser && d.system) return w('common.device_name', { browser: d.browser, system: d.system });
  return d.browser || d.system || w('common.device_unknown');
}
