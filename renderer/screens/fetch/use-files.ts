import { useCallback, useEffect, useRef, useState } from 'react';
import type { FileList, ListedFile } from '../../../core/api.ts';
import { useActions } from '../../state/use-app.ts';

/** Files that are asked for at a time. */
const PART = 100;

interface Files extends Omit<FileList, 'files'> {
  /** By the number of the part. */
  readonly parts: ReadonlyMap<number, readonly ListedFile[]>;
}

/**
 * The files of a transfer with `containing` in their path; undefined until the first part of them is here. Further
 * parts come as they are `wanted`, from the first to the last number.
 */
export function useFiles(
  key: number,
  containing: string,
): {
  readonly files: Files | undefined;
  readonly fileAt: (index: number) => ListedFile | undefined;
  readonly wanted: (first: number, last: number) => void;
} {
  const { listFiles } = useActions();
  const [files, setFiles] = useState<Files>();
  const asked = useRef(new Set<number>());

  const ask = useCallback(
    async (part: number) => {
      const parts = asked.current;
      if (parts.has(part)) return;
      parts.add(part);
      const query = { from: part * PART, count: PART, ...(containing !== '' && { containing }) };
      const answer = await listFiles({ key, ...query });
      // The search has changed meanwhile.
      if (parts !== asked.current || !answer.ok) return;
      const { files: listed, ...figures } = answer.value;
      setFiles((before) => ({
        ...figures,
        parts: new Map(parts.size === 1 ? [] : before?.parts).set(part, listed),
      }));
    },
    [key, containing, listFiles],
  );

  useEffect(() => {
    asked.current = new Set();
    void ask(0);
  }, [ask]);

  const wanted = useCallback(
    (first: number, last: number) => {
      for (let part = Math.floor(first / PART); part <= Math.floor(last / PART); part++) void ask(part);
    },
    [ask],
  );
  const fileAt = (index: number): ListedFile | undefined =>
    files?.parts.get(Math.floor(index / PART))?.[index % PART];
  return { files, fileAt, wanted };
}
