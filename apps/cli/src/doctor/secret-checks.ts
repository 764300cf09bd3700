import { accessSync, constants, statSync } from 'node:fs';
import { DEFAULT_PASSWORD, isLoopbackHost, type Configuration } from '@taxinav/bridge-contract';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Shorter tokens can be guessed. */
const TOKEN_CHARACTERS = 16;

/** Passwords and tokens: not the default, not short, not readable by others. */
export function secretsAreKept(file: string, { pbx, http, database }: Configuration): readonly Finding[] {
  const findings: Finding[] = [];
  const { password, passwordFile, url } = pbx.asterisk;
  if (pbx.driver === 'asterisk' && password === DEFAULT_PASSWORD)
    findings.push(
      warn(
        'secrets',
        `pbx.asterisk.password is the default`,
        'choose one in ari.conf and give it as passwordFile; whoever knows it can place any call.',
      ),
    );
  if (pbx.driver === 'asterisk' && !isLoopbackHost(new URL(url).hostname) && url.startsWith('http:'))
    findings.push(
      warn(
        'secrets',
        `ARI's password and every call cross the network in clear (${url})`,
        'use https, a VPN, or Asterisk on this machine.',
      ),
    );
  for (const { name, token } of http.tokens) {
    if (token !== undefined && token.length < TOKEN_CHARACTERS)
      findings.push(warn('secrets', `the token ${name} has ${token.length} characters`, 'make one with: openssl rand -hex 32'));
  }
  const inside =
    password !== undefined ||
    http.tokens.some(({ token }) => token !== undefined) ||
    (database.kind === 'postgres' && /:[^@/]+@/.test(database.url));
  if (inside && pbx.driver === 'asterisk' && (statSync(file).mode & 0o004) !== 0)
    findings.push(
      warn(
        'secrets',
        `${file} holds a secret and everybody on this machine may read it`,
        `chmod o-r ${file}, or keep secrets in files of their own (passwordFile, tokenFile).`,
      ),
    );
  const files = [
    ...(pbx.driver === 'asterisk' ? [passwordFile] : []),
    ...http.tokens.map(({ tokenFile }) => tokenFile),
    database.kind === 'postgres' ? database.passwordFile : undefined,
  ];
  for (const secret of files) {
    if (secret === undefined) continue;
    try {
      accessSync(secret, constants.R_OK);
    } catch {
      findings.push(fail('secrets', `${secret} cannot be read by this user`, "make it, owned by the bridge's user, with chmod 600."));
    }
  }
  return findings.length > 0 ? findings : [ok('secrets', 'no default password, no short token, no file that others may read')];
}
