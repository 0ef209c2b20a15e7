// Why an offline sale was held back, in few words: the till and the office say the same.
import { w } from './words.js';

/** @type {[RegExp, string][]} */
const reasons = [
  [/^member\.card_/, 'card'], [/^member\./, 'member'], [/^store\.product_unknown$/, 'product'], [/^store\.quantity_/, 'quantity'],
  [/^store\.card_required$/, 'no_card'], [/^store\.(tender_|total_)/, 'tender'],
];

/** @param {string} code the server's reason, such as `member.card_invalid` */
export const whyHeld = (code) => w(`quarantine.why_${reasons.find(([it]) => it.test(code))?.[1] ?? 'other'}`);

/** Quantity and tenders are what the customer walked out with; nobody's word can change them. @param {string} code */
export const onlyDismiss = (code) => /^store\.(quantity_|tender_|total_)/.test(code);
