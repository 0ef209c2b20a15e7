// What the screen really shows: a token's colour as the browser resolves it, and WCAG's ratio of two.

/** @param {string} name a custom property @returns {[number, number, number]} */
export function colourOf(name) {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
  probe.remove();
  return /** @type {[number, number, number]} */ (numbers.slice(0, 3).map(Number));
}

/** @param {[number, number, number]} c */
export const hex = (c) => `#${c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('').toUpperCase()}`;

/** @param {[number, number, number]} c */
function luminance(c) {
  const [r, g, b] = c.map((v) => { const s = v / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {[number, number, number]} a @param {[number, number, number]} b */
export function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
