import 'uplot/dist/uPlot.min.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { useFormat } from '../../../format/use-format.ts';
import type { Throughput } from '../../../state/samples.ts';
import { useScheme } from './canvas-colours.ts';
import { chartOptions } from './chart-options.ts';
import { SPAN, type Stack, stacked } from './stack.ts';
import styles from './ThroughputChart.module.css';

const { chart } = styles;
const HEIGHT = 188;

/** What each server brought in the last minutes that was of use, one upon the other. Read out as a sentence. */
export function ThroughputChart({ throughput }: { readonly throughput: Throughput }) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const stack = useMemo(() => stacked(throughput), [throughput]);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  usePlot(element, stack);

  const { servers, bands } = throughput;
  const rates = servers.map((address, band) =>
    t('details.chartServer', { address, rate: format.rate(bands[band].at(-1) ?? 0) }),
  );
  const text = t('details.chartText', {
    rate: format.rate(stack.now),
    peak: format.rate(stack.peak),
    duration: format.duration(SPAN),
    servers: rates.join('; '),
  });
  return <div ref={setElement} className={chart} role="img" aria-label={text} />;
}

/** Draws `stack` into `element`: anew when its bands, the colours or the language change, else its data alone. */
function usePlot(element: HTMLElement | null, stack: Stack): void {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const scheme = useScheme();
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(stack);
  latest.current = stack;
  const bandKey = stack.bands.join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: bands are the same while their key is; colours depend on the scheme
  useEffect(() => {
    if (element === null) return;
    const words = {
      rate: format.rate,
      age: (seconds: number) =>
        seconds === 0 ? t('details.now') : t('details.secondsAgo', { seconds: format.count(seconds) }),
    };
    const size = { width: element.clientWidth, height: HEIGHT };
    const made = new uPlot(
      chartOptions(element, latest.current.bands, size, words),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current = undefined;
      made.destroy();
    };
  }, [element, bandKey, scheme, format, t]);

  useEffect(() => {
    plot.current?.setData(dataOf(stack));
  }, [stack]);
}

function dataOf({ ages, tops }: Stack): uPlot.AlignedData {
  return [ages, ...tops];
}
