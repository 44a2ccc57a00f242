/** How an encrypted payload is known: the media type of a compact JWE, as the `encoding` of its metadata. */
export const ENCRYPTED = 'application/jose';
