/**
 * Which change of an Application ends a deployment, for Argo Events, which knows an object and the object before it and
 * remembers nothing. Held against recorded lives of Applications by test/handback/argo-events.test.ts.
 */

/** The name of the sensor's dependency. */
export const DEPENDENCY = 'deployed';

const quoted = (text: string): string => JSON.stringify(text);

/** A self-heal that begins so many seconds after a deployment is the rest of it (a compare was taken in its middle). */
const SAME_DEPLOYMENT = 5;
/** Readiness that is lost so many seconds after the operation's end is still part of the rollout. */
const ROLLOUT_BEGINS = 5;
/** So late at most does Argo CD compare for the first time after an operation. */
const FIRST_COMPARE = 120;

/**
 * Lua that is true at the one change that ends a deployment: the Application becomes Synced and Healthy by an
 * operation that deployed a record of ours; or, after a rollback in Argo CD's interface, Healthy. Left out: readiness that
 * comes and goes later, self-healing, drift that is undone by hand, and operations that changed no record.
 */
export function deployedFilter(prefixes: readonly string[]): string {
  return `local prefixes = { ${prefixes.map(quoted).join(', ')} }
local function seconds(time)
  local y, m, d, h, i, s = string.match(time or "", "(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
  return y and os.time({ year = y, month = m, day = d, hour = h, min = i, sec = s }) or 0
end
local function ours(resource)
  for _, prefix in ipairs(prefixes) do
    if resource.kind == "ConfigMap" and string.sub(resource.name or "", 1, #prefix) == prefix then return true end
  end
  return false
end
local function status(application) return application and application.status or {} end
local function operationOf(application) return status(application).operationState or {} end
local function syncOf(application) return status(application).sync or {} end
local function healthOf(application) return status(application).health or {} end
local function revisionOf(some)
  local text = some.revision or ""
  for _, revision in ipairs(some.revisions or {}) do text = text .. " " .. revision end
  return text
end
-- A rollback in the interface leaves the Application OutOfSync, and needs automated syncs to be off.
local function rolledBack(application)
  local automated = ((application.spec or {}).syncPolicy or {}).automated
  local result = operationOf(application).syncResult
  return (automated == nil or automated.enabled == false) and syncOf(application).status == "OutOfSync"
    and result ~= nil and revisionOf(result) ~= revisionOf(syncOf(application))
end
local function there(application)
  return application ~= nil and healthOf(application).status == "Healthy" and application.operation == nil
    and operationOf(application).phase == "Succeeded" and (syncOf(application).status == "Synced" or rolledBack(application))
end
local body, old = event.body, event.oldBody
if not there(body) or there(old) then return false end

local operation = operationOf(body)
local deployed = false
for _, resource in pairs((operation.syncResult or {}).resources or {}) do
  local message = resource.message or ""
  if ours(resource) and not string.find(message, "unchanged") and not string.find(message, "pruned") then
    deployed = true
  end
end
local only = ((operation.operation or {}).sync or {}).resources
if not deployed and only ~= nil and next(only) ~= nil then
  -- A second, partial operation right after the deployment replaces its result.
  local last = 0
  for _, entry in pairs(status(body).history or {}) do last = math.max(last, seconds(entry.deployedAt)) end
  if math.abs(seconds(operation.startedAt) - last) > ${SAME_DEPLOYMENT} then return false end
  for _, resource in pairs(status(body).resources or {}) do
    if ours(resource) and not resource.requiresPruning then deployed = true end
  end
end
if not deployed then return false end

local before = operationOf(old)
local finished, compared = seconds(operation.finishedAt), seconds(status(old).reconciledAt)
local followed = before.phase == "Succeeded" and before.startedAt == operation.startedAt
-- The pods of a rollback are known by their readiness alone, and it is old until it was lost.
if syncOf(body).status ~= "Synced" and (not followed or healthOf(old).status == "Healthy") then return false end
-- The end of the operation itself.
if not followed then return true end
-- It had been compared after the operation and was not Synced: drift.
if syncOf(old).status ~= syncOf(body).status and healthOf(old).status == "Healthy" then return compared <= finished end
-- It is ready again. Readiness lost with the rollout is seen by the first compare after the operation.
local lost = seconds(healthOf(old).lastTransitionTime)
return lost - finished < ${ROLLOUT_BEGINS} or (lost <= compared and lost - finished < ${FIRST_COMPARE})
`;
}

/**
 * A template over the event that finds our record among the resources and prints a part of it. After a rollback the
 * compared revision is not what was deployed: then the operation's own list says it.
 */
export function fromRecord(prefix: string, print: string): string {
  return `{{ $list := .Input.body.status.resources }}{{ if ne "Synced" .Input.body.status.sync.status }}{{ $list = .Input.body.status.operationState.syncResult.resources }}{{ end }}{{ range $list }}{{ if and (hasPrefix ${quoted(prefix)} .name) (not (dig "requiresPruning" false .)) (ne "Pruned" (dig "status" "" .)) }}${print}{{ end }}{{ end }}`;
}
