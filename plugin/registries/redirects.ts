/**
 * Which hosts a registry may send a request to: by a redirect, or by the realm of its token server. A registry must not
 * reach the operator's internal network in this way.
 */
import { BlockList, isIP } from 'node:net';
import type { Hosts } from './hosts.ts';

const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inside.addSubnet(network, bits);
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  // IPv4 in IPv6: what a translator (RFC 6052) would make of it is not looked into.
  ['64:ff9b::', 96],
] as const) {
  inside.addSubnet(network, bits, 'ipv6');
}

function isInside(hostname: string): boolean {
  const host = hostname
    .replace(/^\[(.*)\]$/u, '$1')
    .replace(/\.+$/u, '')
    .toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (isIP(host) === 0) return false;
  return inside.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Why a request that `from` answered with `to` must not be sent there; undefined when it may. It may over https, and
 * over http where the hosts file says so of that host; an address of the inside (loopback, private, link-local) only
 * where it is the host itself or the hosts file names it.
 */
export function forbiddenRedirect(from: URL, to: URL, hosts: Hosts): string | undefined {
  const named = hosts.names(to.host);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `${to.protocol} is not spoken here`;
  if (to.username !== '' || to.password !== '') return 'it has a user name in it';
  if (to.protocol === 'http:' && !hosts.settings(to.host).plainHTTP) return 'it is plain http';
  if (to.hostname !== from.hostname && isInside(to.hostname) && !named) return 'it is an address of the inside';
  return undefined;
}
