/** What can be told of ports and addresses without asking the engine, which has the last word. */

/** 1..65535, or undefined. */
export function portOf(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Whether it is an IPv4 address in four numbers, or an IPv6 address, with a zone (`fe80::1%eth0`) or without. */
export function isAddress(text: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  const [address, zone] = text.split('%', 2);
  return /^[0-9a-f:.]+$/i.test(address) && zone !== '' && URL.canParse(`http://[${address}]`);
}
