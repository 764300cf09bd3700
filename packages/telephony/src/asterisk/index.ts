export { createAsteriskPbx } from './asterisk-pbx.ts';
export type { AsteriskPbxOptions, AsteriskWarning } from './options.ts';
export {
  createAriClient,
  type AriApplication,
  type AriBridge,
  type AriClient,
  type AriClientOptions,
  type AriEndpoint,
  type AriInfo,
  type AriOriginate,
} from './ari-client.ts';
export { ARI_ERROR_CODES, AriError, type AriErrorCode } from './ari-error.ts';
export type { AriChannel } from './ari-events.ts';
export { untrustedCertificate } from './untrusted-certificate.ts';
