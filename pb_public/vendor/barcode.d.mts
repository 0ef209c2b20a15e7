export * from '@zxing/library';
export { default as EAN8Reader } from '../../node_modules/@zxing/library/esm/core/oned/EAN8Reader.js';
