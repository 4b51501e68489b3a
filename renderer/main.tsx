import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { speak } from './i18n.ts';
import { openApp } from './state/app.ts';

const app = await openApp(window.rain);
await speak(app.store.getState().settings.language);
app.store.subscribe(({ settings }, before) => {
  if (settings.language !== before.settings.language) void speak(settings.language);
});
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App app={app} />
  </StrictMode>,
);
