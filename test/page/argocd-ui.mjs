// Stands in for Argo CD's UI: React, and the documented API for extensions, with what Argo CD hands to each kind.
import * as React from 'react';
import { createRoot } from 'react-dom/client';

const registered = { resource: [], system: [], status: [] };
window.React = React;
window.extensionsAPI = {
  registerResourceExtension: (component, group, kind, title, options) =>
    registered.resource.push({ component, group, kind, title, icon: options?.icon }),
  registerSystemLevelExtension: (component, title, path, icon) =>
    registered.system.push({ component, title, path, icon }),
  registerStatusPanelExtension: (component, title, id) => registered.status.push({ component, title, id }),
};
window.registered = registered;

/** Shows an extension of a kind, for an Application of the API where it is about one. */
window.show = async (kind, name) => {
  document.getElementById('app').className = `theme-${new URLSearchParams(location.search).get('theme') ?? 'light'}`;
  const answer = name === undefined ? undefined : await fetch(`api/v1/applications/${name}`);
  const application = await answer?.json();
  const { component } = registered[kind][0];
  window.root ??= createRoot(document.getElementById('app'));
  window.root.render(React.createElement(component, { application, resource: application, tree: {} }));
};
