// Keys of acts: ULIDs made by the client, so that a repeated request is the same act.
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @param {number} [now] milliseconds */
export function ulid(now = Date.now()) {
  let text = '';
  for (let i = 0, t = now; i < 10; i++) { text = letters[t % 32] + text; t = Math.floor(t / 32); }
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += letters[byte & 31];
  return text;
}
