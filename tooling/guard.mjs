// Runs before an install: `npm install` would ignore the lockfile and the workspace, so it is refused with the way out.
const agent = process.env.npm_config_user_agent ?? '';
if (!agent.startsWith('pnpm/')) {
  console.error(
    'taxinav is a pnpm workspace: `npm install` cannot set it up.\n' +
      'Nothing needs installing by hand: `npm start` and `npm test` do it themselves.\n' +
      'To install only: npx pnpm@12.21.0 install',
  );
  process.exit(1);
}
