/**
 * Chromium in an environment without a locale calls its language `en-US@posix`, which is none: Intl throws at it, and with
 * it a library that asks Intl for the page's numbers. Imported before those, this puts a valid name in its place.
 *
 * Reference: https://www.rfc-editor.org/rfc/rfc5646
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
