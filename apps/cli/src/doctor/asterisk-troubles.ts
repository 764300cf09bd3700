import { untrustedCertificate, type AriError } from '@taxinav/telephony/asterisk';
import { fail, type Finding } from './finding.ts';

const check = 'asterisk';

/** What Node says of a certificate that it would trust at another time or under another name. */
const UNFIT: ReadonlySet<unknown> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
/** What answers there does not speak TLS. */
const NO_TLS: ReadonlySet<unknown> = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** Why Asterisk cannot be asked at all, by what became of the first request to it. */
export function firstRequestFailed(error: AriError, url: string): readonly Finding[] {
  if (error.status === 404) return [isPage(error) ? notAri(url) : moduleIsMissing(error)];
  return requestFailed(error, url);
}

/** Why one request of several failed. */
export function requestFailed(error: AriError, url: string): readonly Finding[] {
  switch (error.code) {
    case 'ARI_UNREACHABLE':
      return [certificateTrouble(error, url) ?? notThere(error)];
    case 'ARI_TIMEOUT':
      return [notThere(error)];
    case 'ARI_UNAUTHORIZED':
      return [error.status === 403 ? addressRefused() : accountRefused()];
    case 'ARI_NOT_FOUND':
      return [moduleIsMissing(error)];
    case 'ARI_UNREADABLE':
      return [fail(check, said(error), `look at what answers at ${url}: pbx.asterisk.url must be Asterisk's ARI (…/ari).`)];
    default:
      return [fail(check, said(error), "see Asterisk's log.")];
  }
}

function notThere(error: AriError): Finding {
  return fail(
    check,
    said(error),
    'start Asterisk; in http.conf enabled=yes, bindaddr and bindport as in pbx.asterisk.url; in ari.conf enabled=yes.',
  );
}

function certificateTrouble({ cause }: AriError, url: string): Finding | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const untrusted = untrustedCertificate(cause);
  if (untrusted !== undefined)
    return fail(
      check,
      `the TLS certificate of ${url} is not trusted (${untrusted})`,
      'name the certificate, or that of who signed it, to the bridge and to this command in NODE_EXTRA_CA_CERTS=/etc/taxinav/ca.pem (a PEM file; for the bridge: systemctl edit taxinav-bridge, Environment=…).',
    );
  if (UNFIT.has(code) && cause instanceof Error)
    return fail(
      check,
      `the TLS certificate of ${url} is not valid: ${cause.message} (${String(code)})`,
      'give Asterisk a certificate (tlscertfile in http.conf) that is valid now and for the name or address in pbx.asterisk.url.',
    );
  if (NO_TLS.has(code))
    return fail(
      check,
      `no TLS at ${url} (${String(code)})`,
      'https is for tlsbindaddr of http.conf (8089, with tlsenable=yes); the port of bindport is http.',
    );
  return undefined;
}

function accountRefused(): Finding {
  return fail(
    check,
    'Asterisk does not accept pbx.asterisk.username and its password',
    'set both as ari.conf has them, then: asterisk -rx "module reload res_ari".',
  );
}

/** Asterisk says so of a right password from a wrong address, and of nothing else that is only read. */
function addressRefused(): Finding {
  return fail(
    check,
    'Asterisk refuses this account here, though it knows its password (403): ari.conf does not permit this address',
    'in ari.conf let permit, deny or acl of the account admit the address of the bridge, then: asterisk -rx "module reload res_ari".',
  );
}

function notAri(url: string): Finding {
  const { origin } = new URL(url);
  return fail(
    check,
    `an HTTP server answers, but ${url} is no ARI (404)`,
    `pbx.asterisk.url must end in /ari: ${origin}/ari, and with prefix=PREFIX in http.conf ${origin}/PREFIX/ari; if it is right, ARI is not loaded: enabled=yes in ari.conf, asterisk -rx "module load res_ari.so".`,
  );
}

function moduleIsMissing(error: AriError): Finding {
  return fail(
    check,
    said(error),
    'a module of ARI that answers this is not loaded: asterisk -rx "module show like res_ari", and load it in modules.conf.',
  );
}

/** Whether a page for people came in place of ARI's JSON. */
function isPage({ message }: AriError): boolean {
  return message.includes('<');
}

/** What was asked and how it ended, without the page that may have come. */
function said(error: AriError): string {
  if (error.code === 'ARI_NOT_FOUND')
    return (isPage(error) ? error.message.replace(/<.*$/s, '') : error.message.replace(/;[^;]*$/, '')).trim();
  return error.message.replace(/<.*$/s, '').trim();
}
