import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { StartFailed } from './app/StartFailed.tsx';
import { speak } from './i18n.ts';
import { type App as AppItself, appOpener } from './state/app.ts';

const root = createRoot(document.getElementById('root') as HTMLElement);
const open = appOpener(window.rain);

async function start(): Promise<void> {
  const opened = await open();
  if (opened.ok) await show(opened.value);
  else root.render(<StartFailed problem={opened.problem} onRetry={start} />);
}

async function show(app: AppItself): Promise<void> {
  await speak(app.store.getState().settings.language);
  app.store.subscribe(({ settings }, before) => {
    if (settings.language !== before.settings.language) void speak(settings.language);
  });
  root.render(
    <StrictMode>
      <App app={app} />
    </StrictMode>,
  );
}

await start();
