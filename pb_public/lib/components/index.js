// What every door needs; the other components are imported from their own files, so that a phone fetches what it shows.
export { Button, IconButton, Strips } from './button.js';
export { CompositionBar, Legend, PartialBar, inOrder, kindName } from './composition.js';
export { Dialog } from './dialog.js';
export { Check, Field, PasswordField } from './field.js';
export { Figure, Money } from './figure.js';
export { Gauge } from './gauge.js';
export { Icon } from './icon.js';
export { Mark, Sign, Wordmark } from './mark.js';
export { FootLink, Section, Sheet } from './sheet.js';
export { Band, Empty, FaultNote, Loaded, OfflineBand, Skeleton } from './states.js';
export { Toasts, toast } from './toast.js';
export { Pattern, Weave, sha256 } from './weave.js';
