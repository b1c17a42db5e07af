/** Which network addresses may be asked: those of the public Internet, by the registries of IANA (RFC 6890 and later). */
import { BlockList, isIP } from 'node:net';

const subnets = (family: 'ipv4' | 'ipv6', list: readonly (readonly [address: string, prefix: number])[]): BlockList => {
  const block = new BlockList();
  for (const [address, prefix] of list) block.addSubnet(address, prefix, family);
  return block;
};

/** IANA IPv4 Special-Purpose Address Registry, and multicast. */
const special4 = subnets('ipv4', [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared by providers
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, where clouds keep their metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved and broadcast
]);

/** Global unicast; all else (loopback, mapped IPv4, NAT64, unique local, link-local, multicast) lies outside. */
const global6 = subnets('ipv6', [['2000::', 3]]);
const special6 = subnets('ipv6', [
  ['2001::', 23], // protocol assignments, Teredo among them: an IPv4 address inside
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['3fff::', 20],
]);

/** False for whatever is not certainly an address of the public Internet. */
export const isPublic = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !special4.check(address, 'ipv4');
    case 6:
      return !address.includes('%') && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
    default:
      return false;
  }
};
