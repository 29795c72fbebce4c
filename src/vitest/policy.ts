/** What is recorded: vitest's own rule for snapshots, and SHADOWCAT_MODE over it. */
import { ShadowcatError, nearest } from '../errors.ts'
import type { Mode, Settings, UpdatePolicy } from './settings.ts'

/**
 * The variables by which vitest knows that it runs in CI, in its order, `CI` first: those of std-env 4.3, which does not tell which one it was.
 * The first that is set decides; false for the places that are no CI.
 */
const places: ReadonlyMap<string, boolean> = new Map([
  ['CI', true],
  ...trueFor('APPVEYOR AWS_APP_ID SYSTEM_TEAMFOUNDATIONCOLLECTIONURI INPUT_AZURE_STATIC_WEB_APPS_API_TOKEN AC_APPCIRCLE bamboo_planKey BITBUCKET_COMMIT BITRISE_IO'),
  ...trueFor('BUDDY_WORKSPACE_ID BUILDKITE CIRCLECI CIRRUS_CI CF_PAGES WORKERS_CI K_SERVICE CLOUD_RUN_JOB CODEBUILD_BUILD_ARN CF_BUILD_ID DRONE DRONE_BUILD_EVENT DSARI'),
  ...trueFor('GITHUB_ACTIONS GITLAB_CI CI_MERGE_REQUEST_ID GO_PIPELINE_LABEL LAYERCI JENKINS_URL HUDSON_URL MAGNUM NETLIFY'),
  ['NETLIFY_LOCAL', false],
  ...trueFor('NEVERCODE RENDER SAILCI SEMAPHORE SCREWDRIVER SHIPPABLE TDDIUM STRIDER TEAMCITY_VERSION TRAVIS NOW_BUILDER'),
  ['VERCEL', false],
  ['VERCEL_ENV', false],
  ['APPCENTER_BUILD_ID', true],
  ['CODESANDBOX_SSE', false],
  ['CODESANDBOX_HOST', false],
  ...trueFor('STACKBLITZ STORMKIT CLEAVR ZEABUR CODESPHERE_APP_ID RAILWAY_PROJECT_ID RAILWAY_SERVICE_ID DENO_DEPLOY DENO_DEPLOYMENT_ID FIREBASE_APP_HOSTING EO_PAGES_CI'),
])

/** Every variable that has a say in whether this is CI. */
export const ciVariables: readonly string[] = [...places.keys()]

/** The variable by which CI is detected; undefined where it is not. `CI=false` counts, as in vitest. */
export function ciVariable(env: NodeJS.ProcessEnv): string | undefined {
  const first = ciVariables.find((name) => env[name])
  return first !== undefined && places.get(first) ? first : undefined
}

/** `given` is what `-u`, `--update` or the configuration says, `resolved` what vitest makes of everything. */
export type PolicySource = { resolved: UpdatePolicy; given: unknown; env: NodeJS.ProcessEnv }

/** What is recorded in this run, and why nothing is when that is because of CI alone. Throws 'usage' for a wrong SHADOWCAT_MODE. */
export function policyFrom({ resolved, given, env }: PolicySource): Pick<Settings, 'update' | 'mode' | 'ci'> {
  const mode = modeFrom(env)
  const asked = Boolean(given) || Boolean(env['UPDATE_SNAPSHOT']) || mode !== undefined
  const ci = resolved === 'none' && !asked ? ciVariable(env) : undefined
  return { update: resolved, ...(mode && { mode }), ...(ci !== undefined && { ci }) }
}

const modes: readonly Mode[] = ['record', 'replay', 'verify']

function modeFrom(env: NodeJS.ProcessEnv): Mode | undefined {
  const given = env['SHADOWCAT_MODE']
  if (!given) return undefined
  const mode = modes.find((each) => each === given)
  if (mode) return mode
  const meant = nearest(given, modes)
  throw new ShadowcatError('usage', `SHADOWCAT_MODE is record, replay or verify; found ${JSON.stringify(given)}${meant ? `: did you mean ${meant}?` : ''}`)
}

function trueFor(names: string): [string, boolean][] {
  return names.split(' ').map((name) => [name, true])
}
