/**
 * The closed list of diagnostic codes, in alphabetical order. The text is the row of docs/errors.md
 * (generated): when it appears, and what to do. Users search for these codes: never rename one.
 *
 * @public tools/generate/docs.mjs reads it too.
 */
export const codes = {
  'adopt-exists':
    '`waybill adopt` found a file of its own with other content, and wrote nothing. Give `--overwrite`, or another folder with `--output`.',
  'adopt-nothing':
    '`waybill adopt` found no application with a waybill.yaml. Write them first with `waybill init --all`.',
  'alias-limit':
    'YAML aliases expand to more nodes than the policy allows (an "alias bomb"). Write the repeated part out, or ask the operator to raise `limits.aliasExpansion`.',
  'archive-invalid':
    '`waybill serve` received an invalid archive: it is damaged, or has entries that Argo CD never creates (paths or links that lead out of it, hard links, devices). Look for another client of the socket.',
  'archive-limit':
    'The repository is larger than the limit of `waybill serve` (`--repository-mib`). Send less with `manifest-generate-paths` and exclusions, or raise the limit together with the memory of the container.',
  'applicationset-unread':
    'The Applications of an ApplicationSet depend on more than the repository, or on a template that does more than name values, so `waybill init` cannot determine them. This is not an error of the ApplicationSet. If needed, write names and namespaces into waybill.yaml by hand.',
  'application-ambiguous':
    'Several Applications have the name given to `waybill trace`, in different namespaces or clusters. The message lists them: give one as NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME.',
  'application-inside':
    'The directory has neither a waybill.yaml nor locks, and is inside an application, whose waybill.yaml and locks do not apply to it. Run the command in the application (`-C`), or create a waybill.yaml in the directory.',
  'application-unknown':
    'No Application, and no service with an environment, has the name given to `waybill trace`. The message lists the existing ones.',
  'binary-failed':
    'helm or kustomize failed. Its message and the command are shown: correct the chart or kustomization, or run the command by hand to see more.',
  'binary-memory':
    'helm or kustomize exceeded its memory limit and was stopped. Make the chart or the values smaller: look for a loop in its templates.',
  'binary-missing':
    'A program that the command needs (helm, kustomize, cosign, waybill-engine) is not installed. Install it, or name it in `WAYBILL_HELM`, `WAYBILL_KUSTOMIZE`, `WAYBILL_COSIGN` or `WAYBILL_ENGINE`.',
  'binary-output':
    'helm or kustomize printed more than Argo CD or the policy allows and was stopped. Split the application.',
  'binary-timeout':
    'helm or kustomize took longer than the policy allows and was stopped. Look for a loop in its templates, or ask the operator to raise `limits.seconds`.',
  'binary-version':
    'The installed version of helm, kustomize or cosign is not supported. Install helm v3 or v4, kustomize v5, cosign v3.',
  'binary-warning': 'helm or kustomize succeeded with a warning, which is shown.',
  'change-conflict':
    'Two paths that a command changes are the same file, through symbolic links, with different content. Give each application its own file.',
  'chart-key':
    'A Chart.yaml, or its lock file, has a key in the wrong case. helm ignores the case; write the key as helm documents it.',
  'checkout-locked':
    'Another command of Waybill, or git itself, is running in the same checkout, or was killed there. Wait for it. If nothing runs, remove the file that the message names.',
  'cluster-refused': 'The Kubernetes API could not be reached or refused. Check the service account and its role.',
  confinement:
    'The policy requires that helm and kustomize run behind a boundary of the kernel (`confinement: required`), and it cannot be set here. `waybill doctor` shows what is missing: the program waybill-confine, or Landlock in the kernel.',
  'config-file-name': 'A waybill.yaml has a misspelt name and would be ignored. Rename the file to waybill.yaml.',
  'config-invalid':
    'waybill.yaml or an overlay file is invalid: an unknown key, a wrong type, a missing field. The message shows what was expected; docs/configuration.md lists all keys.',
  'container-no-image':
    'A container ends without an image because of an overlay: a merge replaced its list, or misspells its name. Correct the overlay; docs/overlays.md lists the kinds with merge keys.',
  'disk-full':
    'The disk is full, or a quota or the largest size of a file is reached. Free some space, and run the command again: the output is incomplete.',
  'empty-result':
    'The application renders no resources. With prune on, Argo CD would delete everything. Correct the source, or set `allowEmpty: true` if this is intended.',
  'engine-failed': 'The helper program waybill-engine failed. Build it again from the same version of Waybill.',
  'environment-missing':
    'No environment was selected, and waybill.yaml has several. Set one with `-e`, or in Argo CD with the parameter `environment`.',
  'environment-name':
    'A text is not a valid name of an environment. Names have lower-case letters, digits and hyphens, at most 63.',
  'environment-shared':
    'Several applications report deployments of one repository to the same GitHub environment, so their reports overwrite each other. Set `reportAs: "{{ environment }}/{{ app.name }}"` in each.',
  'environment-unknown':
    'The environment is not in waybill.yaml. Use one of the listed names or add it under `environments`.',
  'event-consumer-broken':
    "A consumer's position in the event repository is invalid. Reset it with `event replay --consumer`.",
  'event-consumer-unknown': 'No consumer has this name. Correct the name, or set `--new`.',
  'event-invalid':
    'A file below `events/` is not a deployment event: it is skipped, and reported by `event validate`. Correct or delete it.',
  'event-record': 'The record (`deployment.json`) for an event is missing or invalid.',
  'event-unknown': 'No event, deployment or commit has this id. `event list` shows the existing events.',
  'event-unprocessed':
    'Retention would delete events that a consumer has not received. Let it catch up, or use `--force`.',
  'explain-not-found':
    '`waybill explain --resource` names a resource or field that the application does not have. Use one of the listed names.',
  'extends-cycle': 'Environments extend each other in a cycle. Remove one `extends`.',
  'extends-unknown': 'An environment extends one that does not exist. Use one of the listed names.',
  'file-binary':
    'A file that should contain text has other bytes. Remove it from the application directory, or save it as UTF-8.',
  'file-link-broken': 'The target of a symbolic link does not exist. Correct or remove the link.',
  'file-link-loop': 'Symbolic links form a cycle. Remove one of them.',
  'file-missing':
    'A file or directory that is referred to does not exist. Correct the path; it is relative to the application directory.',
  'file-name-too-long': 'A name or path is longer than the file system allows. Use a shorter one.',
  'file-permission':
    'The operating system does not permit this user to open, write or start something. Check owner and permissions, also those of each folder of the path.',
  'file-read-only':
    'A file system is mounted read-only, and a command has to write to it. Write elsewhere, or mount it for writing.',
  'file-special': 'A path is a device, socket or pipe instead of a file. Remove it.',
  'file-too-large':
    'A file is larger than the limit and was not read. Remove it from the application directory, or ask the operator to raise `limits.fileBytes`.',
  'file-unreadable': 'The operating system refused to read a file. Check its permissions.',
  'gate-refused':
    'A gate of the environment (`gates` in waybill.yaml) refuses an image; the message shows the gate and the reason.',
  'git-detached':
    'The branch to push to is unknown: HEAD is detached, or the remote has no such branch. Set one with `--branch`.',
  'git-dirty': 'A file that the command would change has changes that are not committed. Commit or discard them first.',
  'git-failed': 'A git command failed; its message is shown.',
  'git-repository': 'The command needs a git work tree, and the directory is not in one.',
  'git-revision': 'The git revision does not exist, or its files are not in this clone. Fetch it first.',
  'github-app':
    'The GitHub App could not be created: GitHub refused the code, the App belongs to another account, or it was not installed in time. The message shows the cause. Start again; an App that was already created can be deleted at GitHub.',
  'glob-invalid': 'A glob has unsupported syntax. Use `*`, `**`, `?`, `[abc]` and `{one,two}`.',
  'glob-no-match':
    'A glob in waybill.yaml matches no file. Correct it or remove it. For `include` and `exclude` of a directory, it is a warning.',
  'handback-config':
    'handback.yaml does not follow its schema. The message shows what was expected; `waybill schema handback` prints the schema.',
  'handback-impossible':
    'The combination in handback.yaml cannot work: the Git provider or the CI system does not support this start. The message shows the reason and alternatives.',
  'handback-missing':
    'handback.yaml lacks a key that the pattern needs. Add the key, or use another pattern (`waybill handback compare`).',
  'helm-argument':
    'A text is invalid as an argument of helm: the name of a release (lower-case letters, digits, hyphens and dots, at most 53 characters), a version of Kubernetes, an API version. Correct it.',
  'hold-unknown': '`waybill release` names an image or version without a hold in the lock. Use one of the listed ones.',
  'hook-no-record':
    'waybill.yaml sets `events`, but there is no record to make an event from. Set a source commit for the image, or remove `events`.',
  'identity-not-text':
    'The `apiVersion`, `kind`, name or namespace of a manifest is a number, a boolean or null in YAML. Argo CD treats such a namespace as absent. Write it in quotes.',
  'image-held':
    'The lock holds the version that would be written, or keeps the current one; the message shows the reason. Use a version of a newer source commit, remove the hold with `waybill release`, or set `--allow-held`.',
  'image-invalid':
    'The text of an image field is not an image reference, so pods would fail with InvalidImageName. Correct the manifest, the values or the template.',
  'image-missing': 'A lock names an image that does not exist in its registry. Push it, or lock an existing one.',
  'image-not-text': 'The image of a container is not text in YAML, but for example a number. Write it in quotes.',
  'image-not-verified':
    '`images verify` could not compare an image with its lock entry: the registry did not respond or refused, or the entry has neither tag nor digest. The message shows the reason. The check fails.',
  'image-not-rendered':
    'After `images set --write`, kustomize, helm or Waybill would still render another image: another entry, another file, the chart, an overlay or a lock selects it. Nothing was written; the message shows the rendered image.',
  'image-override':
    'An image given by `--image`, the plugin parameter `images` or `WAYBILL_IMAGES` is malformed or has neither tag nor digest. Write `NAME:TAG`, `NAME@DIGEST` or `NAME=NEWNAME:TAG`.',
  'image-path':
    'An entry of `imagePaths` is not a field path, its value is not text, or (a warning) it matches nothing. Name the field with the whole reference, such as `spec.image`.',
  'image-source-differs':
    'The labels of an image name another source commit or repository than the lock. Lock the built image, or let the build set its own labels (`org.opencontainers.image.revision`, `.source`).',
  'image-tag-moved':
    'The tag of a lock entry no longer points to the digest of the lock, or was deleted. Find out who moved it, then lock the intended image.',
  'image-unmatched':
    'An override, a lock entry or an entry of `images` names an image that no manifest uses. Write it as the manifests do, without tag, or remove it.',
  'image-unreported':
    'A deployed image has no known source commit, so its deployments are not reported. Set `source` in the lock, or declare `sourceRepository` and `commitFromTag`.',
  'import-conflict':
    'An entry of waybill.yaml already has a strategy, so `images import --write` keeps it. Use `--replace` to overwrite it.',
  'import-invalid':
    'A setting of Argo CD Image Updater cannot be converted, because Image Updater cannot use it either, or it contains a template. The message shows what was expected.',
  'import-left-out':
    'A setting of Argo CD Image Updater has no equivalent in waybill.yaml, or a different meaning there. The message shows what to do instead.',
  'import-nothing':
    'The files given to `waybill images import` configure nothing, or several Applications. Use another file, or select one with `--app`.',
  'init-different':
    'The generated waybill.yaml would render something else than its folder renders without it. Nothing is written; write it by hand.',
  'init-exists': '`waybill init` found a waybill.yaml and did not change it.',
  'init-nothing': 'The directory has no chart, kustomization or manifests. Name the directory of an application.',
  'init-several': 'A directory contains several applications. Run `waybill init` in one of them, or use `--all`.',
  kubeconfig:
    'The kubeconfig cannot be read, lacks the context, or gets its credentials from a program. Name another file in KUBECONFIG or another context, or use the output of kubectl: `kubectl get applications -A -o json | waybill status --applications -`.',
  'kustomize-helm':
    'A kustomization has charts for kustomize to inflate with helm, which the policy does not allow. Make the chart the source of its own application, or ask the operator to set `kustomize.helmCharts`.',
  'kustomize-key':
    'A kustomization, or the configuration of a plugin, has a key that kustomize does not have, or has in another case. kustomize ignores the case of keys; write them as in its documentation.',
  'kustomize-plugin':
    'A generator, transformer or validator of a kustomization is not built into kustomize, or is configured in a way that cannot be checked. The message shows what to write.',
  'limit-bytes':
    'The application reads more bytes than the policy allows. Make it smaller, or ask the operator to raise `limits.bytes`.',
  'limit-files':
    'The application reads more files than the policy allows. Make it smaller, or ask the operator to raise `limits.files`.',
  'limit-memory':
    'The command used more memory than the policy allows (`limits.memory`), or than Node may use on this machine, and was stopped. Look for values that are copied many times and for very large files, or split the application.',
  'limit-nodes':
    'The resources contain more mappings, lists and values than the policy allows, or are nested too deeply. Look for overlays that copy large values, split the application, or ask the operator to raise `limits.nodes`.',
  'limit-output': 'The rendered output is larger than the policy allows. Split the application.',
  'limit-resources':
    'The application renders more resources than the policy allows. Split it, or ask the operator to raise `limits.resources`.',
  'limit-seconds':
    "Rendering took longer than the policy allows. Make the application smaller, or ask the operator to raise `limits.seconds` together with Argo CD's own deadline.",
  'lock-commit':
    'A tag follows `commitFromTag` and names another commit than the lock. Correct the tag or `source.commit`; `waybill images set` writes both.',
  'lock-conflict':
    'A lock contains the markers of an unfinished merge. Select the images to run, remove the markers, and commit.',
  'lock-environment':
    'A lock belongs to no environment: its file name is not `ENVIRONMENT.yaml`, or names one that does not exist, or differs from the `environment` in it.',
  'lock-invalid':
    'A lock is malformed: a wrong or unknown key, a malformed tag, digest or commit, an entry without tag and digest, a duplicate image. `waybill images set` writes valid locks.',
  'lock-missing': 'A required lock does not exist. `waybill images set` writes it.',
  'manifest-not-object': 'A document of a manifest file, or an item of a list, is not a mapping. Remove or correct it.',
  'manifest-own-file':
    'A file of Waybill (a lock, notifications.yaml and the like) is among the manifests. Move it to its place, which the message names, or exclude it.',
  'metadata-not-string':
    'A label, an annotation or a value of a selector is not a string, in the metadata of a resource or of its pod template. Write it in quotes.',
  'notifications-clash':
    'Two parts of the notifications would have the same name: two services, or a key that the ConfigMap of `--merge` already has with different content. Rename or remove yours.',
  'notifications-config':
    'notifications.yaml is invalid. The message names the key and what was expected; docs/notifications/configuration.md lists all keys.',
  'notifications-file':
    'The file contains neither argocd-notifications-cm nor values for the argo-cd chart. Name the file with the ConfigMap.',
  'notifications-left-out':
    'The file of `--merge` has content that is not in the output, such as a Secret or other patches. Keep it in a separate file.',
  'notifications-refused':
    'The notifications controller refuses the ConfigMap and would send nothing. The message names the error; `waybill notifications validate` finds the line.',
  'notifications-silent':
    'A notification is never sent; at best the controller logs it. The message names the notification and the cause.',
  'notifications-size':
    'The notifications exceed the maximum size of a ConfigMap (an error), or than kubectl apply can handle without `--server-side` (a warning). Report fewer repositories, or list fewer receivers.',
  'notifications-template':
    'A text with `{{ }}` in notifications.yaml uses an unknown name, or more than a name. The message lists the names.',
  'notifications-trap':
    'The settings work at first, but not after an event such as a retry, a rollback or a second source. The message names the event and the fix.',
  'notifications-trust':
    'notifications.yaml has no `trust`: any Application may report to any repository of its owners. Add rules. With `--applications`: its trust holds back the record that the message names, so the deployment is not reported. Correct the rules if it should be.',
  'notifications-wrong': 'A notification is sent, but not the intended one. The message shows what is sent.',
  'output-closed':
    'The program that reads standard output closed it before everything was written (`| head`). Its input is incomplete.',
  'output-directory':
    '`--output-dir` names a directory with other files, or one that cannot be written. Name an empty or a new directory.',
  'overlay-directive':
    'A `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` or `$setElementOrder` of a merge is misspelled, or has no meaning at its position: in a list that is replaced as a whole. Correct it, or use `patch` or `set`.',
  'overlay-identity':
    'A merge would change the identity of its resource (apiVersion, kind, name or namespace). Omit that field: `target` selects the resources. To rename a resource, use `set` or `patch`.',
  'overlay-merge-key':
    "An item of a merged list does not identify an item of the manifest: it has no merge key, or matches several items. Set all merge keys, such as a container's `name` or a port's `containerPort` and `protocol`.",
  'overlay-no-match':
    "An overlay's target matches no resource. Correct the target, or set `optional: true` if this is intended.",
  'overlay-patch':
    "An operation of a JSON patch (RFC 6902) fails: its path does not exist, or its `test` fails. None of the overlay's operations is applied.",
  'overlay-set':
    'A field path of `set` is malformed, in the spelling of another tool, splits a key at its dots, or names a missing list item. Correct the path; `set` creates missing mappings, but not list items.',
  'overlay-target': "A term of a target is not a regular expression (Go's RE2), not a selector, or empty.",
  'overlay-type':
    'A merge has a mapping where the manifest has a list or a single value, or another difference of type. Use the type of the manifest, or replace the value with `set`.',
  'path-escapes': 'A path leads outside the repository root. Move the file into the repository or correct the path.',
  'plugin-environment':
    "A `waybill plugin` command was not started by Argo CD's cmp-server: its variables are missing. Use `waybill render` outside Argo CD.",
  'plugin-parameter':
    'A plugin parameter of the Application is unknown or has the wrong collection type. Correct `spec.source.plugin.parameters`, or `.argocd-source.yaml`.',
  'policy-environment':
    "The operator's policy binds this environment to other projects or namespaces, or this project or namespace to other environments.",
  'policy-image': "The operator's policy does not allow an image: its registry, a missing digest or a forbidden tag.",
  'policy-invalid': "The operator's policy file is invalid. Nothing is rendered until it is corrected.",
  'policy-missing':
    '`WAYBILL_POLICY` names a policy file that does not exist, or in the plugin one by a relative path. Nothing is rendered without the intended policy.',
  'policy-source-repository':
    "The operator's policy does not allow the application to report to a source repository that a lock, a `sourceRepository`, an image or a record names. Correct the repository, or ask the operator to add it to `sourceRepositories`.",
  'policy-unreadable': "The operator's policy file cannot be read. Check its permissions.",
  'preview-image':
    "The registry has no image of the pull request's head commit yet. CI pushes it; Argo CD renders again within minutes ([previews](previews.md)).",
  'preview-lock':
    'The lock of a preview names an image whose tag comes from the pull request. The entry has no effect; remove it.',
  'preview-no-service':
    'A partial preview has no Service that routes can send requests to, or its entry does not have the port in `preview.partial.entry`. Give the port `appProtocol: http`, or a name such as `http` ([previews](previews.md#partial-previews)).',
  'preview-parameter':
    'A preview is rendered without a pull request or with a malformed one, or an environment that is not a preview gets a pull request. Set number, branch and commit.',
  'project-configmaps':
    'An AppProject does not allow ConfigMaps, and a record is one: the Applications of the project would fail to sync. Allow them in `namespaceResourceWhitelist`.',
  'promotion-source': 'The environment to promote from has no lock, so there is nothing to promote.',
  'record-commit-unknown':
    'A declared image has a `sourceRepository`, but neither the lock nor its tag names the full source commit: its deployments are not reported. A warning; an error with `stamp.record: required`. Let CI write the lock with `waybill images set`, set `commitFromTag`, or set `stamp.record: false`.',
  'record-elsewhere':
    "The record of a native source is in a namespace without other resources of the application. Set `namespace` in waybill.yaml to the namespace of the Application's destination, and update the record (`waybill record --write`).",
  'record-environment':
    'The record is named by the environment, and the application is rendered without one. Render with `-e`, or set `stamp.record: false`.',
  'record-file':
    "The file of the record has an invalid location: Argo CD would not read it there, or it has other content. Use a separate file with a name that ends in .yaml, in the source's directory or in a separate directory.",
  'record-forbidden':
    "The AppProject of a native Application does not allow the record: no ConfigMaps, or not in this namespace. Allow the kind ConfigMap (group '') and the namespace in the AppProject.",
  'record-foreign':
    "A native source renders a record of another application or environment. Each environment renders its own record alone; `record.application` in waybill.yaml is the name of Argo CD's Application.",
  'record-image':
    'A native source renders another image than the lock and the record. Update the files with `waybill record --write`, or correct the lock with `waybill images set`.',
  'record-missing':
    'A native source does not render the record that belongs to its lock, so nothing would be reported. Write it with `waybill record --write`; a kustomization lists it in `resources`.',
  'record-name':
    "The record's name is invalid: a field has a character that names cannot contain, or the name is longer than Kubernetes allows. Set a simpler or shorter `reportAs`, or `stamp.record: false`.",
  'record-namespace':
    'The record is a ConfigMap and needs a namespace. Set `namespace` in waybill.yaml, give `--namespace`, or set `stamp.record: false`.',
  'record-renamed':
    "kustomize or helm changes the record's name (`namePrefix`, `nameSuffix`, a hash), but notifications need the original name. Remove the prefix, or move the record out of the kustomization, into an extra source of the Application.",
  'record-repository':
    'A source repository is not a URL with host, owner and repository. Correct it, or set `stamp.record: false`.',
  'record-shared':
    'Two environments, or two Applications, would have the same record, so each would report for the other. Give each Application its own record: `record.application`, `record.file`, or `reportAs` in waybill.yaml.',
  'record-stale':
    'The record in the files differs from the lock, for example by an older commit. Update it with `waybill record --write`.',
  'record-twice':
    'A record is rendered more than once, or together with an older one. Keep the file that waybill.yaml names, and remove the other.',
  'record-unrendered':
    'A warning: a file contains a record that no environment renders, so it has no effect. Remove it, or name it under `record` in waybill.yaml.',
  'recording-invalid':
    'A recording is not what `kubectl get application -w -o json` prints. The message shows what was found; docs/notifications/simulate.md describes how to record.',
  'registries-invalid':
    'The hosts file (`WAYBILL_REGISTRIES`), a docker configuration or a pull secret is invalid. The message shows what was expected; docs/registries.md describes the formats.',
  'registry-answer':
    'An image registry sent an invalid response: bytes with another digest, an endless list, an image format that is no longer supported. The message describes the response.',
  'registry-credentials':
    "A credential helper (`credHelpers`, `credsStore` of docker's configuration) is missing, failed or took too long. Its message is shown: run it by hand as described there.",
  'registry-not-found':
    'The registry has no such repository, tag or digest, or hides it. Check the name; some registries send this response if the credentials do not give access.',
  'registry-rate-limited':
    'The registry limits requests. The message shows until when, if the registry sent it. Log in for a higher limit, or use a mirror (docs/registries.md).',
  'registry-unauthorised':
    'The registry refused the credentials, or it requires credentials and none were found. The message shows which were used and their origin, never the secret.',
  'registry-unreachable':
    'The registry did not respond: an unknown host, no connection, an untrusted certificate, a timeout, or repeated errors of the server. Check the name, the proxy variables and the hosts file (docs/registries.md).',
  'remote-busy': 'Other writers pushed to the branch first, at every attempt. Run the command again (exit code 4).',
  'remote-locked':
    'A lock file on the branch of a Git remote blocks every push. A push that was killed there may have left it. Remove the file that git names in the remote repository (exit code 4).',
  'remote-rejected':
    'A Git remote refused the push: a protected branch, a missing permission or a hook. Its message is shown. Allow the push, or push another branch (exit code 4).',
  'remote-unreachable':
    'A Git remote could not be reached, or did not accept the credentials. Its message is shown (exit code 4, for `event emit` 5).',
  'resource-duplicate':
    'Two resources have the same group, kind, namespace and name; Argo CD would keep only the last. Remove or rename one.',
  'resource-list':
    'An overlay gave a resource the key `items`, and Argo CD treats every object with that key as a list: it would deploy the items instead. List further manifests under `resources` of the environment.',
  'resource-no-api-version':
    'A manifest has no `apiVersion`. Add it, or exclude files that are not manifests from the source.',
  'resource-no-kind': 'A manifest has no `kind`. Add it, or exclude files that are not manifests from the source.',
  'resource-no-name': 'A manifest has neither `metadata.name` nor `metadata.generateName`. Add one.',
  'rollback-repeated':
    'The environment is already rolled back, and nothing was deployed since. To go further back, use `--steps` or `--to`.',
  'rollback-target':
    'The history of the lock has no state to restore: too few changes, a shallow clone, an unknown commit, or no lock at all.',
  'signature-identity':
    'An image is signed, but by an identity (a workflow, a person) that the policy does not accept, or with a key although a certificate is required.',
  'signature-invalid':
    'An image has an invalid signature: it was made for another image, or its certificate or log entry is not trusted.',
  'signature-key': 'An image is signed, but not with a key that the policy accepts, or the signature is damaged.',
  'signature-missing':
    'The policy requires a signature on an image that has none. Sign it in its pipeline (`cosign sign NAME@DIGEST`).',
  'source-commit': 'The source commit of an image is unknown or incomplete. Set `--source-commit` with all 40 digits.',
  'source-cycle': 'Charts depend on each other in a cycle. Remove one of the dependencies.',
  'server-busy':
    'Too many renders are waiting in `waybill serve`, in total or for this Application. Argo CD retries automatically. If the error remains, give the sidecar more processors, or reduce parallel renders in Argo CD (`reposerver.parallelism.limit`).',
  'server-socket':
    'The socket of `waybill serve` cannot be created: its path is too long, another file exists there, or another server uses it. The message shows which.',
  'server-stopping':
    'The sidecar is being stopped or replaced and accepts no more renders. Argo CD retries automatically.',
  'source-external':
    'The source is not in this repository (`source.external`), so it cannot be rendered here. Its record can still be printed (`waybill record`) and checked (`waybill validate`).',
  'source-forbidden':
    "The operator's policy does not allow this kind of source. Use one of the kinds that the message lists.",
  'source-jsonnet':
    'A source of plain manifests has a Jsonnet file. Argo CD would evaluate it, Waybill does not. Write its result as YAML, or exclude it (`source.manifests.exclude`).',
  'source-left-out':
    'A warning: subfolders with manifests, a linked directory, or a file such as `web.YAML` are not read, as in Argo CD. Set `recurse: true` or `recurse: false` in `source.manifests`, or rename the file.',
  'source-mixed':
    'A kustomization or a helm chart is inside a source of plain manifests. Name its directory as the source, or exclude it from the manifests.',
  'source-reads-waybill':
    'Argo CD would read waybill.yaml or a lock as a manifest, because it is inside a native source of plain manifests. Exclude it there, or write `# +argocd:skip-file-rendering` into it.',
  'source-remote':
    'The render needs a download that the policy does not allow. Commit a copy to the repository (`waybill vendor`), or ask the operator.',
  'source-run': 'The CI run of an image is not the URL of a page. Use a URL that begins with https:// or http://.',
  'source-repository':
    'The source repository of an image is unknown, or the CI run belongs to another repository than the image. Set `--source-repository` and `--source-commit`.',
  'statuses-unreadable':
    'The commit statuses for a gate could not be read: no response, no permission, or a file without statuses.',
  'strategy-downgrade':
    'A strategy selects an older version than the lock has, because the newer tag was deleted, or the constraint or filter excludes it. Change it, or use `--allow-downgrade`.',
  'strategy-invalid':
    'A `constraint`, `allowTags` or `ignoreTags` is invalid, or the image is not in a registry. The message shows the problem.',
  'strategy-metadata':
    'An image has no creation time, which the strategy `newest-build` needs for every tag. Let the build set it, exclude the tag with `ignoreTags`, or use another strategy.',
  'strategy-no-tag':
    'No tag of the repository matches the strategy. The message shows the number of tags, why they are excluded, and the closest ones.',
  'strategy-not-allowed':
    'An image has a strategy but no lock entry, and the policy does not allow renders to query the registry. Write the lock with `waybill images update` and commit it, or ask the operator for `registries.ask`.',
  'strategy-platform': 'No matching tag has the required platforms. Build them, or correct `platforms`.',
  'strategy-source':
    'The labels of an image name another commit or repository than its tag or waybill.yaml, or not the full commit. Correct the labels that the build sets, `sourceRepository` or `commitFromTag`.',
  'system-error': 'The operating system refused an operation for a reason without its own code; its message is shown.',
  'system-limit':
    'Too many open files or processes, or too little memory. Raise the limit (`ulimit -n`, the memory of the container), or run less at once.',
  'tag-commit': 'An image tag names another commit than the given source commit. Correct one of them.',
  'template-helper':
    '`{{ }}` calls a helper that does not exist, or gives it the wrong arguments. The helpers are slug, lower and default.',
  'template-kind': '`waybill new` has no template of this kind. `waybill new --list` prints the existing ones.',
  'template-syntax': 'A text with `{{ }}` has a syntax error. For a literal `{{` write `\\{{`.',
  'template-target':
    '`waybill new` would overwrite files with different content. Nothing is written; name another folder with `--into`.',
  'template-too-long':
    'A text is too long after its `{{ }}` are expanded. Values that refer to each other several times grow fast.',
  'template-unknown-name': '`{{ }}` uses a name that does not exist. The message lists the names that do.',
  'template-unset': '`{{ }}` uses a name without a value. Set the value, or use the helper `default`.',
  'template-unsupported':
    '`{{ }}` uses a feature of Handlebars that waybill.yaml does not have: blocks, partials, data variables, parent paths.',
  'template-value': 'A value of a template is missing, unknown or malformed. Set it with `--value NAME=TEXT`.',
  'temporary-folder':
    'The temporary folder does not exist or cannot be written. Create it, or name another one in `TMPDIR`.',
  'value-cycle':
    'Values refer to each other in a cycle. A value may use itself (and then gets the inherited one), but not a value that uses it.',
  'value-type': 'A given value has another type than its default. Use a value of that type, or change the default.',
  'value-unknown':
    'A value was given for a name that waybill.yaml does not declare. Declare it under `values`; `name: null` accepts any text.',
  'vendor-changed':
    'Files of `waybill vendor` have changed: a file was edited, or different bytes were published under the same version of a chart. Find out why; to accept the new bytes, remove the entry from vendor/waybill-vendor.yaml and fetch again.',
  'vendor-invalid': 'vendor/waybill-vendor.yaml is invalid. Restore it from Git.',
  'vendor-unknown':
    '`waybill vendor` cannot copy this reference of a kustomization: it is a single file, has no kustomization, or refers to a third repository. The message shows which.',
  'vendor-unreachable':
    'A repository that a kustomization names, or the reference in it, cannot be fetched. The message of git is shown.',
  'where-unknown':
    'No lock names or ever named the given commit, tag, digest or image. Check the commit, tag or digest; in a shallow clone, fetch the history first.',
  'yaml-duplicate-key': 'A mapping has the same key twice. Kubernetes would silently keep the last; remove one.',
  'yaml-edit':
    'A YAML file cannot be changed in place, usually because the value comes from an anchor. Change it by hand, as the message describes.',
  'yaml-syntax': 'The file is not valid YAML or JSON.',
  'yaml-two-readings':
    "An unquoted word or number in a file of Waybill's own that YAML 1.1 and 1.2 read differently, or that would lose a part of its text, such as `on`, `0755`, `1.10`. Write the intended value, or quotes.",
} as const;

/** A stable diagnostic code, such as `overlay-no-match`. */
export type Code = keyof typeof codes;
