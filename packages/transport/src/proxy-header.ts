/** The twelve bytes that begin every header of version 2: no message of the protocol can begin so. */
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
/** Signature, version and command, family, length. */
const FIXED_BYTES = 16;
/** What a balancer may add after the addresses (type-length-value pairs) is bounded; a longer header is refused. */
const MOST_BYTES = FIXED_BYTES + 2_048;

/**
 * What the first bytes of a balancer's connection say. `incomplete`: read on. `local`: the balancer speaks for itself, as
 * a health check does. `proxied`: for the peer at `address`; what follows the first `bytes` bytes is the peer's.
 */
export type ProxyHeader =
  | { readonly header: 'incomplete' }
  | { readonly header: 'invalid'; readonly why: string }
  | { readonly header: 'local'; readonly bytes: number }
  | { readonly header: 'proxied'; readonly address: string; readonly port: number; readonly bytes: number };

const invalid = (why: string): ProxyHeader => ({ header: 'invalid', why });

/** Reads a PROXY protocol header, version 2, over TCP and IPv4 or IPv6; pure. Type-length-value pairs are passed over. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  for (let index = 0; index < Math.min(bytes.length, SIGNATURE.length); index += 1)
    if (bytes[index] !== SIGNATURE[index]) return invalid('no PROXY protocol v2 signature');
  if (bytes.length < FIXED_BYTES) return { header: 'incomplete' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(12) >> 4;
  const command = view.getUint8(12) & 0x0f;
  const family = view.getUint8(13);
  const length = FIXED_BYTES + view.getUint16(14);
  if (version !== 2) return invalid(`version ${version}, expected 2`);
  if (command > 1) return invalid(`command ${command}, expected LOCAL or PROXY`);
  if (length > MOST_BYTES) return invalid(`${length} bytes, at most ${MOST_BYTES}`);
  if (bytes.length < length) return { header: 'incomplete' };
  if (command === 0) return { header: 'local', bytes: length };
  switch (family) {
    case 0x11: {
      if (length < FIXED_BYTES + 12) return invalid('too short for two IPv4 addresses');
      return { header: 'proxied', address: [...bytes.subarray(16, 20)].join('.'), port: view.getUint16(24), bytes: length };
    }
    case 0x21: {
      if (length < FIXED_BYTES + 36) return invalid('too short for two IPv6 addresses');
      const groups = Array.from({ length: 8 }, (_, group) => view.getUint16(16 + 2 * group).toString(16));
      return { header: 'proxied', address: groups.join(':'), port: view.getUint16(48), bytes: length };
    }
    default:
      return invalid(`family 0x${family.toString(16)}, expected TCP over IPv4 (0x11) or IPv6 (0x21)`);
  }
}
