import { Failure } from '../failure.ts';

/** Why nothing can listen there, as a person can act on it; what is no error of the system is given back as it is. */
export function bindFailure(error: unknown, protocol: 'UDP' | 'HTTP', host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const there = `${protocol} port ${port}`;
  switch (error.code) {
    case 'EADDRINUSE': {
      const hint = 'Choose another port, or leave it out.';
      return new Failure('port-taken', `The ${there} is taken by another program.`, hint, error);
    }
    case 'EADDRNOTAVAIL': {
      const hint = 'Name an address that this machine has.';
      return new Failure('bind-failed', `${host} is no address of this machine.`, hint, error);
    }
    case 'EACCES': {
      const hint =
        port < 1024
          ? 'Choose a port above 1023.'
          : 'The system keeps it for others, or forbids it: choose another port.';
      return new Failure('bind-failed', `This user may not use the ${there}.`, hint, error);
    }
    case 'EPERM': {
      const hint = 'Look at the rules of the firewall and of what confines this program.';
      return new Failure(
        'bind-failed',
        `The system does not let this program use the ${there}.`,
        hint,
        error,
      );
    }
    default: {
      const hint = 'Check the address and the port.';
      return new Failure('bind-failed', `Cannot listen on ${host}, ${there}: ${error.code}.`, hint, error);
    }
  }
}
