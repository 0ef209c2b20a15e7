/** A phone's code is longer than a printed one's; a screen is neither torn nor stained, so it spends less on repair and has larger modules. @param {string} payload */
const repair = (payload) => (payload.startsWith('K2:') ? 'L' : 'M');

/**
 * The dark runs of a code as one path, and how many modules a side has.
 * @param {string} payload @param {typeof import('../../vendor/uqr.mjs').encode} encode
 */
export function modules(payload, encode) {
  const { data, size } = encode(payload, { ecc: repair(payload), border: 0 });
  let d = '';
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
    if (!data[y][x]) continue;
    let end = x;
    while (end < size && data[y][end]) end++;
    d += `M${x} ${y}h${end - x}v1h${x - end}z`;
    x = end;
  }
  return { d, size };
}
