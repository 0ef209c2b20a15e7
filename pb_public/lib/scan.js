// Reads bar codes and QR codes from the camera: the browser's own detector, else the vendored reader, loaded on demand.

/** @typedef {(source: HTMLVideoElement) => Promise<string | null>} Decode */

const formats = ['ean_13', 'ean_8', 'code_128', 'qr_code'];

/** @returns {Promise<Decode>} */
export async function decoder() {
  const Native = /** @type {any} */ (globalThis).BarcodeDetector;
  if (Native) {
    const can = await Native.getSupportedFormats().catch(() => []);
    if (formats.every((f) => can.includes(f))) {
      const it = new Native({ formats });
      return async (video) => (await it.detect(video).catch(() => []))[0]?.rawValue ?? null;
    }
  }
  return vendored();
}

/** @returns {Promise<Decode>} */
async function vendored() {
  const z = await import('../vendor/barcode.mjs');
  const readers = [new z.EAN13Reader(), new z.EAN8Reader(), new z.Code128Reader(), new z.QRCodeReader()];
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    if (!pen || !video.videoWidth) return null;
    // 640 px are enough for a code held near, and keep a frame cheap on an old till.
    const scale = Math.min(1, 640 / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return readPixels(z, readers, pen.getImageData(0, 0, canvas.width, canvas.height));
  };
}

/** @param {any} z @param {any[]} readers @param {ImageData} image */
function readPixels(z, readers, { data, width, height }) {
  const grey = new Uint8ClampedArray(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = (data[4 * i] * 306 + data[4 * i + 1] * 601 + data[4 * i + 2] * 117) >> 10;
  const bitmap = new z.BinaryBitmap(new z.HybridBinarizer(new z.RGBLuminanceSource(grey, width, height)));
  for (const reader of readers) {
    try { return reader.decode(bitmap, new Map()).getText(); } catch { reader.reset(); }
  }
  return null;
}

/** Why the camera can't be used here, as a word key, or ''. */
export const cameraTrouble = () => (!isSecureContext ? 'common.camera_insecure' : !navigator.mediaDevices?.getUserMedia ? 'common.camera_missing' : '');

/** Why the camera did not start, as a word key. @param {any} cause */
export const cameraRefusal = (cause) => (cause?.name === 'NotFoundError' ? 'common.camera_missing' : 'common.camera_refused');

/**
 * Shows the camera in a video element and calls `found` for each new code. Returns a function that stops.
 * @param {HTMLVideoElement} video
 * @param {(code: string) => void} found
 */
export async function scan(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
  video.srcObject = stream;
  video.playsInline = true;
  await video.play();
  const decode = await decoder();
  let stopped = false;
  let last = '';
  let lastAt = 0;
  const look = async () => {
    if (stopped) return;
    const code = await decode(video);
    // The same code stays in sight for many frames; it counts again after two seconds.
    if (code && !stopped && (code !== last || Date.now() - lastAt > 2_000)) { last = code; lastAt = Date.now(); found(code); }
    if (!stopped) setTimeout(look, 120);
  };
  look();
  return () => { stopped = true; for (const track of stream.getTracks()) track.stop(); video.srcObject = null; };
}
