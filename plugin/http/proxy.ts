/**
 * Which proxy a request goes through, by HTTP_PROXY, HTTPS_PROXY and NO_PROXY, with the meaning that Go gives them
 * (golang.org/x/net/http/httpproxy): helm, kustomize and Argo CD beside us read the same variables, and a name in
 * NO_PROXY must spare the same hosts. The npm packages differ (`acme.dev` is not `registry.acme.dev` there, and they
 * know no address ranges); test/oracle holds this one against the Go package.
 */
import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

function variable(env: Environment, name: string): string {
  return env[name.toUpperCase()] || env[name.toLowerCase()] || '';
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}

/** Whether an address is in a range such as `10.0.0.0/8`; false when it is no range. */
function inRange(address: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const most = isIP(network) === 6 ? 128 : 32;
  if (isIP(network) === 0 || !/^\d{1,3}$/u.test(bits) || Number(bits) > most) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return list.check(address, family(address));
}

/** Splits `host:port`; an IPv6 address with a port is in brackets. */
function splitPort(entry: string): readonly [host: string, port: string] {
  const bracketed = /^\[(.*)\](?::(\d+))?$/u.exec(entry);
  if (bracketed) return [bracketed[1] ?? '', bracketed[2] ?? ''];
  if (isIP(entry) === 6) return [entry, ''];
  const colon = entry.lastIndexOf(':');
  return colon < 0 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)];
}

/** Whether one entry of NO_PROXY spares the host. */
function spares(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isIP(host) !== 0 && inRange(host, entry);
  const [name, onlyPort] = splitPort(entry);
  if (name === '' || (onlyPort !== '' && onlyPort !== port)) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.startsWith('*.') ? name.slice(1) : name;
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** The proxy's URL for a request to `url` (http or https); undefined to connect directly. */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const secure = url.protocol === 'https:';
  const proxy = variable(env, secure ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1').toLowerCase();
  const port = url.port || (secure ? '443' : '80');
  if (isLoopback(host)) return undefined;
  const entries = variable(env, 'NO_PROXY').split(',');
  if (entries.some((entry) => spares(entry.trim().toLowerCase(), host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
