/** The nonce of this load, which every style element that a script inserts has to carry (html.cspNonce in the build). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
