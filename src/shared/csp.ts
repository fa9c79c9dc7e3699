/**
 * The panel's content security policy, in one place: the host writes it into the page, the tests serve it as a
 * header. What is not named here is refused: no remote origin, no eval, no connections, no forms, no plugins.
 */

export interface CspOptions {
  /** Where the panel's own files come from: `webview.cspSource`, or an origin in tests. */
  cspSource: string;
  /** Fresh for each page; the entry script carries it. Letters and digits only. */
  nonce: string;
}

/**
 * - `script-src`: the entry by its nonce; its lazily loaded chunks by their origin.
 * - `style-src 'unsafe-inline'`: Vega, Plotly and the toolkit set styles from script. Styles only, never script.
 * - `img-src`: charts arrive as bytes and are shown from `blob:`; `data:` is for pictures inside a table or SVG.
 *   Never `https:`: the address of a picture is a way to send data away.
 * - `frame-src`: none. HTML of the kernel is shown with `srcdoc`, which needs no source, inherits this policy
 *   and is sandboxed without scripts.
 */
export function contentSecurityPolicy({ cspSource, nonce }: CspOptions): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${cspSource}`,
    `style-src ${cspSource} 'unsafe-inline'`,
    `img-src ${cspSource} blob: data:`,
    `font-src ${cspSource}`,
    `connect-src 'none'`,
    `frame-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}
