import { Option } from '@commander-js/extra-typings';
import { TEXT_ENCODINGS, type TextEncoding } from '@taxinav/codec';
import * as read from './option-parsers.ts';

// Options that many commands have. Each command is given one of its own.

export function jsonOption(): Option<'--json', undefined, false> {
  return new Option('--json', 'print JSON, one object a line').default(false);
}

export function maskOption(): Option<'--mask', undefined, false> {
  return new Option('--mask', 'mask phone numbers, show no raw bytes').default(false);
}

export function encodingOption(): Option<'--encoding <name>', undefined, 'auto', undefined, false, TextEncoding> {
  return new Option('--encoding <name>', 'encoding of texts').choices(TEXT_ENCODINGS).default('auto' as const);
}

export function httpOption(): Option<'--http <url>', undefined, undefined, string> {
  return new Option('--http <url>', "the bridge's HTTP address").argParser(read.httpUrl);
}

export function configOption(): Option<'--config <file>'> {
  return new Option('--config <file>', "or the bridge's configuration, which holds it");
}

export function tokenOption(): Option<'--token <token>'> {
  return new Option('--token <token>', "a token of the HTTP API (default: TAXINAV_TOKEN, else the configuration's)");
}

export function allowOption(): Option<'--allow <address...>'> {
  return new Option('--allow <address...>', 'addresses or CIDR blocks that may connect (default: this machine)');
}
