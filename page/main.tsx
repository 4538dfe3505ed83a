/**
 * Starts the page: its data, its theme, and the view that its address names.
 */
import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme, embeddedData, readTheme } from './browser.ts';

applyTheme(readTheme());
const root = document.getElementById('waybill');
if (root) render(<App initial={embeddedData()} />, root);
