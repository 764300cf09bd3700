/** What Node says of a certificate that nobody it trusts has signed. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
]);

/** Node's code where a connection failed for a certificate that nobody it trusts has signed; `NODE_EXTRA_CA_CERTS` is the remedy. Undefined for any other `cause` of an `AriError`. */
export function untrustedCertificate(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return UNTRUSTED.has(code) ? code : undefined;
}
