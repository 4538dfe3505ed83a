/**
 * What the GitHub App may do, and the page with the one button that asks GitHub to make it.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */

/** What is asked for. */
export interface AppWish {
  readonly organization: string;
  readonly name: string;
  /** Whether check runs are reported, too. */
  readonly checks: boolean;
  /** `https://github.com`, or a GitHub Enterprise Server. */
  readonly server: string;
  /** Where the pages of this program are: `http://127.0.0.1:PORT`. */
  readonly local: string;
}

/** The manifest, as GitHub describes it. The App gets no webhook and no event. */
function appManifest({ name, checks, local }: AppWish): object {
  return {
    name,
    url: 'https://argo-cd.readthedocs.io',
    description: 'Reports deployments of Argo CD to the commits that they came from.',
    public: false,
    redirect_url: `${local}/created`,
    setup_url: `${local}/installed`,
    hook_attributes: { url: `${local}/none`, active: false },
    default_events: [],
    default_permissions: {
      deployments: 'write',
      statuses: 'write',
      metadata: 'read',
      ...(checks ? { checks: 'write' } : {}),
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } button { font: inherit; padding: .5rem 1rem }</style>
<h1>${escaped(title)}</h1>
${body}
</html>
`;
}

/** The page with the button. */
export function startPage(wish: AppWish, state: string): string {
  const { organization, server, name } = wish;
  const action = `${server}/organizations/${encodeURIComponent(organization)}/settings/apps/new?state=${state}`;
  const manifest = escaped(JSON.stringify(appManifest(wish)));
  return page(
    `Make the GitHub App ${name}`,
    `<p>GitHub asks you to confirm it. It may write deployments${wish.checks ? ', checks' : ''} and commit statuses in the repositories of ${escaped(organization)} that you choose next, and reads nothing else.</p>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="manifest" value="${manifest}">
<button autofocus>Make the App at GitHub</button>
</form>`,
  );
}

/** The last page. */
export function donePage(name: string): string {
  return page('Done', `<p>${escaped(name)} is installed. Go back to the terminal; this page can be closed.</p>`);
}

/** What went wrong, in words that hold no secret. */
export function errorPage(message: string): string {
  return page('Not done', `<p>${escaped(message)}</p>`);
}
