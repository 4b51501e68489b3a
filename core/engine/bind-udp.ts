import { AcceleratedUdp } from './accelerator/accelerated-udp.ts';
import { accelerator } from './accelerator/accelerator.ts';
import { DgramUdp } from './dgram-udp.ts';
import type { Receive, Udp, UdpOptions } from './udp.ts';

/** Opens sockets, with the accelerator where there is one. Throws Failure `port-taken` or `bind-failed`. */
export function bindUdp(options: UdpOptions, receive: Receive): Promise<Udp> {
  const native = accelerator();
  return native === undefined
    ? DgramUdp.bind(options, receive)
    : AcceleratedUdp.bind(native, options, receive);
}
