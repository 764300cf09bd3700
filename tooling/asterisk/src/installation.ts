import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the script, its configuration and its SIPp scenarios. */
export const asteriskFolder: string = fileURLToPath(new URL('..', import.meta.url));

/** What came of an installation: what is lacking is said in words. */
export interface Installation {
  readonly installed: boolean;
  /** Absent when it is installed. */
  readonly why?: string;
  /** The packages cannot be had just now, which is nobody's mistake here. */
  readonly unavailable?: boolean;
}

const SCRIPT_SAYS_UNAVAILABLE = 4;

/** Where Asterisk is installed for all who share it: `ASTERISK_ROOT`, else `root` below `ASTERISK_HOME`, else below /var/tmp/asterisk. */
export function asteriskRoot(): string {
  return process.env['ASTERISK_ROOT'] ?? join(process.env['ASTERISK_HOME'] ?? '/var/tmp/asterisk', 'root');
}

/** Whether {@link startAsterisk} can work. */
export function asteriskInstalled(): boolean {
  return existsSync(join(asteriskRoot(), '.installed'));
}

/** Fetches and unpacks Asterisk, about 8 s; does nothing the second time. */
export function installAsterisk(): Installation {
  if (asteriskInstalled()) return { installed: true };
  if (process.platform !== 'linux') return { installed: false, why: `Asterisk is not installed on ${process.platform}`, unavailable: true };
  const { status, stderr } = spawnSync('bash', [join(asteriskFolder, 'asterisk'), 'install'], {
    env: { ...process.env, ASTERISK_ROOT: asteriskRoot() },
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (asteriskInstalled()) return { installed: true };
  const why = stderr.trim().split('\n').at(-1) ?? `the script ended with ${status}`;
  return { installed: false, why, unavailable: status === SCRIPT_SAYS_UNAVAILABLE };
}

/** Whether the SIP tests' far end can be played. */
export function sippInstalled(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'sipp'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs Debian's package `sip-tester`; needs root, does nothing the second time. */
export function installSipp(): Installation {
  if (sippInstalled()) return { installed: true };
  if (process.getuid?.() !== 0) return { installed: false, why: 'SIPp: only root can install sip-tester', unavailable: true };
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  const { stderr } = apt('install', '-y', '--no-install-recommends', 'sip-tester');
  if (sippInstalled()) return { installed: true };
  return { installed: false, why: `SIPp: ${stderr?.trim().split('\n').at(-1) ?? 'there is no apt-get'}`, unavailable: true };
}
