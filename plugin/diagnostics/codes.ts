/**
 * The closed list of diagnostic codes, in alphabetical order. The text is the row of docs/errors.md
 * (generated): when it appears, and what to do. Users search for these codes: never rename one.
 *
 * @public tools/generate/docs.mjs reads it too.
 */
export const codes = {
  'adopt-nothing':
    '`waybill adopt` found no application with a waybill.yaml. Write them first with `waybill init --all`.',
  'alias-limit':
    'YAML aliases expand to more nodes than the policy allows (an "alias bomb"). Write the repeated part out, or ask the operator to raise `limits.aliasExpansion`.',
  'archive-invalid':
    'What Argo CD sent to `waybill serve` is no repository in an archive: it is damaged, or has entries that Argo CD itself never makes (paths that leave it, links out of it, hard links, devices). Look for another client of the socket.',
  'archive-limit':
    'The repository is larger than `waybill serve` takes (`--repository-mib`). Send less with `manifest-generate-paths` and exclusions, or raise the limit together with the memory of the container.',
  'applicationset-unread':
    'What an ApplicationSet makes depends on more than the repository, or on a template that does more than name values, so `waybill init` does not know its Applications. Nothing is wrong with it; write names and namespaces into waybill.yaml by hand where you want them.',
  'application-inside':
    'The directory has neither a waybill.yaml nor locks and lies inside an application, whose waybill.yaml and locks would not count there. Start in the application (`-C`), or give the directory a waybill.yaml of its own.',
  'application-unknown':
    'No Application, and no service with an environment, has the name that `waybill trace` was given. The message lists those that there are.',
  'binary-failed':
    'helm or kustomize ended with an error. Its own message and the command are shown: correct the chart or kustomization, or run the command by hand to see more.',
  'binary-memory':
    'helm or kustomize needed more memory than it may have and was stopped. Make the chart or the values smaller: look for a loop in its templates.',
  'binary-missing':
    'A program that the command needs (helm, kustomize, cosign, waybill-engine) is not installed. Install it, or name it in `WAYBILL_HELM`, `WAYBILL_KUSTOMIZE`, `WAYBILL_COSIGN` or `WAYBILL_ENGINE`.',
  'binary-output':
    'helm or kustomize printed more than Argo CD takes (or the policy allows) and was stopped. Split the application.',
  'binary-timeout':
    'helm or kustomize took longer than the policy allows and was stopped. Look for a loop in its templates, or ask the operator to raise `limits.seconds`.',
  'binary-version':
    'The helm, kustomize or cosign that was found is of a version that Waybill does not support. Install helm v3 or v4, kustomize v5, cosign v3.',
  'binary-warning': 'helm or kustomize succeeded with a warning. Its own words are shown.',
  'change-conflict':
    'Two paths that a command changes are one file by symbolic links, and would get two texts. Give each application a file of its own.',
  'chart-key':
    'A Chart.yaml, or a lock file beside it, has a key in another case than helm has it. helm reads it all the same; write it as helm does.',
  'checkout-locked':
    'Another command of Waybill, or git itself, works in the same checkout, or was killed there. Wait for it; the message names the file to remove when nothing runs any more.',
  'cluster-refused': 'The Kubernetes API could not be reached or refused. Check the service account and its role.',
  confinement:
    'The policy requires that helm and kustomize run behind a boundary of the kernel (`confinement: required`), and it cannot be set here. `waybill doctor` says what is missing: the program waybill-confine, or Landlock in the kernel.',
  'config-file-name': 'waybill.yaml has a name that is not read. Rename the file to waybill.yaml.',
  'config-invalid':
    'waybill.yaml or an overlay file does not have the shape it must have: an unknown key, a wrong type, a missing field. The message says what was expected; docs/configuration.md lists everything.',
  'container-no-image':
    'A container ends without an image because of an overlay: a merge replaced the list that it stands in, or misspells its name. Correct the overlay; docs/overlays.md says which kinds have merge keys.',
  'disk-full':
    'The disk is full, or a quota or the largest size of a file is reached. Make room. What was to be written is not complete: run the command again.',
  'empty-result':
    'The application renders no resource at all, which would make Argo CD with prune on delete everything. Correct the source, or set `allowEmpty: true` if that is meant.',
  'engine-failed':
    'The helper program waybill-engine ended or answered with an error. Build it anew from the same version of Waybill.',
  'environment-missing':
    'No environment was chosen, and waybill.yaml has several. Give one with `-e`, or in Argo CD with the parameter `environment`.',
  'environment-name':
    'A text cannot be the name of an environment. Names have lower-case letters, digits and hyphens, at most 63.',
  'environment-shared':
    'Several applications report deployments of one repository to the same GitHub environment, so their reports overwrite each other. Set `reportAs: "{{ environment }}/{{ app.name }}"` in each.',
  'environment-unknown':
    'The environment is not in waybill.yaml. Use one of the listed names or add it under `environments`.',
  'event-consumer-broken':
    "A consumer's position in the event repository cannot be used. Set it anew with `event replay --consumer`.",
  'event-consumer-unknown':
    'No consumer has this name, so it has no position to set. Correct the name, or say `--new`.',
  'event-invalid':
    'A file below `events/` is no deployment event: it is passed over and reported by `event validate`. Correct or delete it.',
  'event-record': 'A record (`deployment.json`) that an event is to be made from is missing or unusable.',
  'event-unknown':
    'No event, deployment or point in the order of events has this id. `event list` shows what there is.',
  'event-unprocessed': 'Retention would delete events that a consumer has not had. Let it catch up, or use `--force`.',
  'explain-not-found':
    '`waybill explain --resource` names a resource or field that the application does not have. Use one of the listed names.',
  'extends-cycle': 'Environments extend each other in a circle. Take one `extends` out.',
  'extends-unknown': 'An environment extends one that does not exist. Use one of the listed names.',
  'file-binary':
    'A file that should hold text holds other bytes. Remove it from the application directory, or save it as UTF-8.',
  'file-link-broken': 'A symbolic link leads to nothing. Correct or remove the link.',
  'file-link-loop': 'Symbolic links lead in a circle. Remove one of them.',
  'file-missing':
    'A file or directory that is referred to does not exist. Correct the path; it is relative to the application directory.',
  'file-name-too-long': 'A name or path is longer than the file system allows. Use a shorter one.',
  'file-permission':
    'The operating system does not permit this user to open, write or start something. Check owner and permissions, of each folder of the path too.',
  'file-read-only':
    'A file system is mounted read-only, and a command has to write to it. Write elsewhere, or mount it for writing.',
  'file-special': 'A device, socket or pipe is where a file should be. Remove it.',
  'file-too-large':
    'A file is larger than the limit and was not read. Remove it from the application directory, or ask the operator to raise `limits.fileBytes`.',
  'file-unreadable': 'The operating system refused to read a file. Check its permissions.',
  'gate-refused':
    'A gate of the environment (`gates` in waybill.yaml) does not let an image through; the message says which and why.',
  'git-detached':
    'Nobody can tell which branch to push to: HEAD is detached, or the remote has no such branch. Name one with `--branch`.',
  'git-dirty': 'A file that the command would change has changes that are not committed. Commit or discard them first.',
  'git-failed': 'A git command failed; its own words follow.',
  'git-repository': 'The command works on a git work tree, and the directory is in none.',
  'git-revision':
    'A git revision to compare with does not exist here, or its files are not in this clone. Fetch it first.',
  'github-app':
    'The GitHub App could not be made: GitHub refused the code, the App belongs to another account, or it was not installed in time. The message says which. Start again; what GitHub has made already can be deleted there.',
  'glob-invalid': 'A glob has something that globs here do not have. Use `*`, `**`, `?`, `[abc]` and `{one,two}`.',
  'glob-no-match': 'A glob in waybill.yaml matches no file. Correct it or remove it.',
  'handback-config':
    'handback.yaml does not follow its schema. The message says what was expected; `waybill schema handback` prints all of it.',
  'handback-impossible':
    'What handback.yaml asks for cannot work: the Git provider or the CI system has no such start. The message says why, and the help what to choose instead.',
  'handback-missing':
    'handback.yaml lacks what the chosen pattern needs. Add the key that is named, or choose another pattern (`waybill handback compare`).',
  'helm-argument':
    'A text cannot be what helm is given it as: the name of a release (lower-case letters, digits, hyphens and dots, at most 53 characters), a version of Kubernetes, an API version. Correct it where it is written.',
  'hold-unknown':
    '`waybill release` names an image or version that the lock does not hold. Use one of those that are listed.',
  'hook-no-record':
    'waybill.yaml asks for event hooks, but there is no record to make an event from. Give the image a source commit, or remove `events`.',
  'identity-not-text':
    'The `apiVersion`, `kind`, name or namespace of a manifest is a number, a boolean or null to YAML. Argo CD takes such a namespace as absent. Write it in quotes.',
  'image-held':
    'The lock holds back the version that would be written, or says that what runs stays; it says why. Let a version of a newer source commit come, take the hold away with `waybill release`, or give `--allow-held`.',
  'image-invalid':
    'The text of an image field is no image reference, so that pods would end in InvalidImageName. Correct the manifest, the values or the template.',
  'image-missing': 'A lock names an image that its registry does not have. Push it, or lock one that is there.',
  'image-not-text': 'The image of a container is a number or the like to YAML. Write it in quotes.',
  'image-not-verified':
    '`images verify` could not find out whether an image is what the lock says: the registry did not answer, refused, or there is nothing to ask for. The message says why; until it is known, the check fails.',
  'image-not-rendered':
    'The image that `images set --write` was to set is not what kustomize, helm or Waybill renders: another entry, another file, the chart, an overlay or a lock decides. Nothing was written; the message says what comes out.',
  'image-override':
    'An image given by `--image`, the plugin parameter `images` or `WAYBILL_IMAGES` is malformed or says nothing. Write `NAME:TAG`, `NAME@DIGEST` or `NAME=NEWNAME:TAG`.',
  'image-path':
    'An entry of `imagePaths` is not a field path, leads to something that is no text, or (a warning) finds nothing at all. Name the field that holds the whole reference, such as `spec.image`.',
  'image-source-differs':
    'The labels of an image name another source commit or repository than the lock. Lock what was built, or let the build set its own labels (`org.opencontainers.image.revision`, `.source`).',
  'image-tag-moved':
    'The tag of a lock entry no longer points to the digest of the lock, or is gone. Find out who pushed it again, then lock what is meant.',
  'image-unmatched':
    'An override, a lock entry or an entry of `images` names an image that no manifest uses. Write it as the manifests do, without tag, or remove it.',
  'image-unreported':
    'A deployed image has no known source commit, so its deployments are not reported. Give it a `source` in the lock, or declare `sourceRepository` and `commitFromTag`.',
  'import-conflict':
    '`images import --write` meets an entry of waybill.yaml that has a strategy of its own. Keep it, or give `--replace`.',
  'import-invalid':
    'A setting of Argo CD Image Updater cannot be converted, since Image Updater cannot use it either, or it holds a template. The message says what was expected.',
  'import-left-out':
    'A setting of Argo CD Image Updater has no place in waybill.yaml, or means something else there. The message says what to do instead, if anything.',
  'import-nothing':
    'The files given to `waybill images import` configure nothing, or several Applications. Give the right file, or choose one with `--app`.',
  'init-different':
    'A proposed waybill.yaml would not render what its folder renders without it. Nothing is written; write it by hand.',
  'init-exists': '`waybill init` found a waybill.yaml and left it alone.',
  'init-nothing':
    'A directory has neither a chart, nor a kustomization, nor manifests. Name the directory of an application.',
  'init-several': 'A directory holds several applications. Start `waybill init` in one of them, or give `--all`.',
  kubeconfig:
    'The kubeconfig cannot be read, lacks the context, or gets its credentials from a program. Name another file in KUBECONFIG or another context, or give what kubectl prints: `kubectl get applications -A -o json | waybill status --applications -`.',
  'kustomize-helm':
    'A kustomization has charts for kustomize to inflate with helm, which the policy does not allow. Make the chart the source of an application of its own, or ask the operator to set `kustomize.helmCharts`.',
  'kustomize-key':
    'A kustomization, or the configuration of a plugin, has a key that kustomize does not know, or spells in another way. kustomize ignores the case of keys; write them as its documentation does.',
  'kustomize-plugin':
    'A generator, transformer or validator of a kustomization is none that is built into kustomize, or is configured in a way that cannot be checked. The message says what to write.',
  'limit-bytes':
    'The application reads more bytes than the policy allows. Make it smaller, or ask the operator to raise `limits.bytes`.',
  'limit-files':
    'The application reads more files than the policy allows. Make it smaller, or ask the operator to raise `limits.files`.',
  'limit-memory':
    'The command used more memory than the policy allows (`limits.memory`), or than Node takes of the machine, and was stopped. Look for values that are written out many times and for files that are far larger than the others, or split the application.',
  'limit-nodes':
    'The resources hold more mappings, lists and values than the policy allows, or are nested too deeply. Look for overlays that copy large values, split the application, or ask the operator to raise `limits.nodes`.',
  'limit-output': 'The rendered output is larger than the policy allows. Split the application.',
  'limit-resources':
    'The application renders more resources than the policy allows. Split it, or ask the operator to raise `limits.resources`.',
  'limit-seconds':
    "Rendering took longer than the policy allows. Make the application smaller, or ask the operator to raise `limits.seconds` together with Argo CD's own deadline.",
  'lock-commit':
    'A tag follows `commitFromTag` and names another commit than the lock. Correct the tag or `source.commit`; `waybill images set` writes both.',
  'lock-conflict':
    'A lock holds the markers of an unfinished merge. Choose the images that are to run, remove the markers, commit.',
  'lock-environment':
    'A lock belongs to no environment: its file name is not `ENVIRONMENT.yaml`, or names one that does not exist, or differs from the `environment` in it.',
  'lock-invalid':
    'A lock is malformed: a wrong or unknown key, a malformed tag, digest or commit, an entry that says nothing, an image twice. `waybill images set` writes well-formed locks.',
  'lock-missing': 'There is no lock where one is needed. `waybill images set` writes it.',
  'manifest-not-object': 'A document of a manifest file, or an item of a list, is not a mapping. Remove or correct it.',
  'metadata-not-string':
    'A label, an annotation or a value of a selector is not a string, in the metadata of a resource or of its pod template. Write it in quotes.',
  'notifications-clash':
    'Two parts of the notifications would use one name: two services, or a key that the ConfigMap given with `--merge` already has with another text. Rename or remove yours.',
  'notifications-config':
    'notifications.yaml is not as docs/notifications/configuration.md says. The message names the key and what was expected.',
  'notifications-file':
    'The file holds neither argocd-notifications-cm nor values for the argo-cd chart. Name the file that has the ConfigMap.',
  'notifications-left-out':
    'The file given with `--merge` has something that is not in the output, such as a Secret or other patches. Keep it in a file of its own.',
  'notifications-refused':
    'The notifications controller refuses the ConfigMap and would send nothing at all. Correct what the message says; `waybill notifications validate` finds the line.',
  'notifications-silent':
    'Some message is never sent, and at best the log of the notifications controller says so. The message names which and why.',
  'notifications-size':
    'The notifications become larger than a ConfigMap may be (an error), or than kubectl apply can handle without `--server-side` (a warning). Report fewer repositories, or list fewer receivers.',
  'notifications-template':
    'A text with `{{ }}` in notifications.yaml uses something else than the plain names that exist for it. The message lists them.',
  'notifications-trap':
    'The settings work until something happens that does happen: a retry, a rollback, a second source. The message says what and what to do.',
  'notifications-trust':
    'notifications.yaml has no trust: any Application may report for any repository of the owners in it. Add rules to it. With `--applications`: its trust holds back the record that the message names, so the deployment is not reported. Correct the rules if it should be.',
  'notifications-wrong': 'Something is sent, and it is not what is meant. The message says what arrives.',
  'output-closed':
    'The program that reads standard output closed it before everything was written (`| head`). What it has is not complete.',
  'output-directory':
    '`--output-dir` names a directory with other files, or one that cannot be written. Name an empty or a new directory.',
  'overlay-directive':
    'A `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` or `$setElementOrder` of a merge is misspelled, or stands where it means nothing: in a list that is replaced as a whole. Correct it, or use `patch` or `set`.',
  'overlay-identity':
    'A merge would change which resource it is (apiVersion, kind, name or namespace). Leave that field out: the target says which resources are meant. To rename a resource, use `set` or `patch`.',
  'overlay-merge-key':
    "An item of a merged list does not say which item of the manifest it means: it has no merge key, or several items answer to it. Give all merge keys, such as a container's `name` or a port's `containerPort` and `protocol`.",
  'overlay-no-match':
    "An overlay's target matches no resource. Correct the target, or set `optional: true` if that is meant.",
  'overlay-patch':
    "An operation of a JSON patch (RFC 6902) cannot be done: its place does not exist, or its `test` fails. None of the overlay's operations is applied.",
  'overlay-set':
    'A field path of `set` is malformed, in the spelling of another tool, cuts a key at its dots, or leads to an item of a list that is not there. Correct the path; `set` makes missing mappings, not items of lists.',
  'overlay-target': "A term of a target is no regular expression (Go's RE2), no selector, or empty.",
  'overlay-type':
    'A merge has a mapping where the manifest has a list or a single value, or the like. Write it as the manifest does, or replace the value with `set`.',
  'path-escapes': 'A path leads outside the repository root. Move the file into the repository or correct the path.',
  'plugin-environment':
    "A `waybill plugin` command does not find what Argo CD's cmp-server gives it. Use `waybill render` outside Argo CD.",
  'plugin-parameter':
    'A plugin parameter of the Application is unknown or has the wrong collection type. Correct `spec.source.plugin.parameters`, or `.argocd-source.yaml`.',
  'policy-environment':
    "The operator's policy binds this environment to other projects or namespaces, or this project or namespace to other environments.",
  'policy-image': "The operator's policy does not allow an image: its registry, a missing digest or a forbidden tag.",
  'policy-invalid': "The operator's policy file has a mistake. Nothing is rendered until it is corrected.",
  'policy-missing':
    '`WAYBILL_POLICY` names a policy file that does not exist, or in the plugin one by a relative path. Nothing is rendered without the policy that was meant.',
  'policy-source-repository':
    "The operator's policy does not allow the application to report to a source repository that a lock, a `sourceRepository`, an image or a record names. Correct the repository, or ask the operator to add it to `sourceRepositories`.",
  'policy-unreadable': "The operator's policy file cannot be read. Check its permissions.",
  'preview-image':
    "The registry has no image of the pull request's head commit yet. CI pushes it; Argo CD renders again within minutes ([previews](previews.md)).",
  'preview-lock':
    'The lock of a preview names an image that the pull request decides about. The entry has no effect; take it out.',
  'preview-no-service':
    'A partial preview has no Service that routes can send requests to, or its entry has not the port that `preview.partial.entry` names. Give the port `appProtocol: http`, or a name such as `http` ([previews](previews.md#partial-previews)).',
  'preview-parameter':
    'A preview is rendered without a pull request or with a malformed one, or a pull request is given to an environment that is no preview. Give number, branch and commit.',
  'project-configmaps':
    'An AppProject does not allow ConfigMaps, and a record is one: the Applications of the project would fail to sync. Allow them in `namespaceResourceWhitelist`.',
  'promotion-source': 'The environment to promote from has no lock, so there is nothing to promote.',
  'record-commit-unknown':
    'A declared image has a `sourceRepository`, but neither the lock nor its tag names the full source commit: its deployments are not reported. A warning; an error with `stamp.record: required`. Let CI write the lock with `waybill images set`, state `commitFromTag`, or set `stamp.record: false`.',
  'record-elsewhere':
    "The record of a native source comes out in a namespace where nothing else of the application is. Set `namespace` in waybill.yaml to the namespace of the Application's destination, and write the record anew (`waybill record --write`).",
  'record-environment':
    'The record is named by the environment, and the application is rendered without one. Render with `-e`, or set `stamp.record: false`.',
  'record-file':
    "The file of the record cannot be where it is to be: Argo CD would not read it there, or it holds something else. Give it a file of its own, with a name that ends in .yaml, in the source's directory or in one of its own.",
  'record-forbidden':
    "The AppProject of a native Application does not allow the record: no ConfigMaps, or not in this namespace. Allow the kind ConfigMap (group '') and the namespace in the AppProject.",
  'record-foreign':
    "A native source renders a record of another application or environment. Each environment renders its own record alone; `record.application` in waybill.yaml is the name of Argo CD's Application.",
  'record-image':
    'A native source gives another image than the lock and the record say. Bring the files to the lock with `waybill record --write`, or correct the lock with `waybill images set`.',
  'record-missing':
    'A native source does not render the record that belongs to its lock, so nothing would be reported. Write it with `waybill record --write`; a kustomization lists it in `resources`.',
  'record-name':
    "The record's name cannot be made: a field has a character that it cannot carry, or the whole is longer than Kubernetes allows. Set a plainer or shorter `reportAs`, or `stamp.record: false`.",
  'record-namespace':
    'The record is a ConfigMap and needs a namespace. Set `namespace` in waybill.yaml, give `--namespace`, or set `stamp.record: false`.',
  'record-renamed':
    "kustomize or helm changes the record's name (`namePrefix`, `nameSuffix`, a hash), and reports are read from the name. Take the prefix away, or put the record outside the kustomization, as an extra source of the Application.",
  'record-repository':
    'A source repository is no URL that names a host, an owner and a repository. Correct it, or set `stamp.record: false`.',
  'record-shared':
    'Two environments, or two Applications, would have the same record, so each would report for the other. Give each Application a record of its own: `record.application`, `record.file`, or `reportAs` in waybill.yaml.',
  'record-stale':
    'The record in the files says something else than the lock, such as an older commit. Write it anew with `waybill record --write`.',
  'record-twice':
    'A record comes out more than once, or an older one beside it. Keep the file that waybill.yaml names, and remove the other.',
  'record-unrendered':
    'A warning: a file holds a record that no environment renders, so it says nothing. Remove it, or name it under `record` in waybill.yaml.',
  'recording-invalid':
    'A recording is not what `kubectl get application -w -o json` prints. The message says what was found; docs/notifications/simulate.md says how to record.',
  'registries-invalid':
    'The hosts file (`WAYBILL_REGISTRIES`), a docker configuration or a pull secret does not have the shape it must have. The message says what was expected; docs/registries.md shows the forms.',
  'registry-answer':
    'An image registry answered something that cannot be used: bytes of another digest, a list without end, an image format that is no longer read. Nothing is guessed from such an answer. The message says what came.',
  'registry-credentials':
    "A credential helper (`credHelpers`, `credsStore` of docker's configuration) is missing, failed or took too long. Its own words are shown: run it by hand as the message says.",
  'registry-not-found':
    'The registry has no such repository, tag or digest, or hides it. Check the name; some registries answer so when the credentials may not read it.',
  'registry-rate-limited':
    'The registry refuses more requests for now. The message says until when, where the registry says it. Log in for a higher limit, or ask a mirror (docs/registries.md).',
  'registry-unauthorised':
    'The registry refused the credentials, or it requires credentials and none were found. The message says which were tried and where they came from, never the secret.',
  'registry-unreachable':
    'The registry did not answer: no such host, no connection, a certificate that is not trusted, no answer in time, or errors of the server again and again. Check the name, the proxy variables and the hosts file (docs/registries.md).',
  'remote-busy': 'Other writers pushed to the branch first, each time. Run the command again (exit code 4).',
  'remote-locked':
    'A lock file on the branch of a Git remote blocks every push. A push that was killed there may have left it. Remove the file that git names in the remote repository (exit code 4).',
  'remote-rejected':
    'A Git remote refused the push: a protected branch, a missing permission or a hook. Its own words are shown. Allow the push, or push another branch (exit code 4).',
  'remote-unreachable':
    'A Git remote could not be reached, or did not accept the credentials. Its own words are shown (exit code 4, for `event emit` 5).',
  'resource-duplicate':
    'Two resources have the same group, kind, namespace and name; Argo CD would keep only the last. Remove or rename one.',
  'resource-list':
    'An overlay gave a resource the key `items`, and Argo CD takes everything with that key for a list: it would deploy the items in its place. List further manifests under `resources` of the environment.',
  'resource-no-api-version':
    'A manifest has no `apiVersion`. Add it, or keep files that are no manifests out of the source.',
  'resource-no-kind': 'A manifest has no `kind`. Add it, or keep files that are no manifests out of the source.',
  'resource-no-name': 'A manifest has neither `metadata.name` nor `metadata.generateName`. Add one.',
  'rollback-repeated':
    'The environment is rolled back already, and nothing was deployed since. Name how far to go on, with `--steps` or `--to`.',
  'rollback-target':
    'The history of the lock has no state to go back to: too few changes, a shallow clone, an unknown commit, or no lock at all.',
  'signature-identity':
    'An image is signed, but by an identity (a workflow, a person) that the policy does not accept, or with a key where a certificate is wanted.',
  'signature-invalid':
    'An image has a signature that cannot be believed: it was made for another image, or its certificate or log entry is not trusted.',
  'signature-key': 'An image is signed, but not with a key that the policy accepts, or the signature is damaged.',
  'signature-missing':
    'The policy requires a signature on an image that has none. Sign it in its pipeline (`cosign sign NAME@DIGEST`).',
  'source-commit':
    'The source commit of an image is not known or not complete. Give `--source-commit` with all 40 digits.',
  'source-cycle': 'Charts depend on each other in a circle. Remove one of the dependencies.',
  'server-busy':
    'More renders wait than `waybill serve` takes, of all Applications together or of this one. Argo CD tries again by itself. If it stays, give the sidecar more processors, or let Argo CD render less at once (`reposerver.parallelism.limit`).',
  'server-socket':
    'The socket of `waybill serve` cannot be made: its path is too long, something else stands there, or another server answers on it. The message says which.',
  'server-stopping':
    'The sidecar is being stopped or replaced and takes no more renders. Argo CD tries again by itself.',
  'source-external':
    'The source is not in this repository (`source.external`), so nothing here can render it. Its record can still be printed (`waybill record`) and checked (`waybill validate`).',
  'source-forbidden':
    "The operator's policy does not allow this kind of source. Use one of the kinds that the message lists.",
  'source-jsonnet':
    'A source of plain manifests has a file of Jsonnet. Argo CD would evaluate it, Waybill does not. Write its result as YAML, or exclude it (`source.manifests.exclude`).',
  'source-left-out':
    'A warning: subfolders with manifests, a linked directory, or a file such as `web.YAML` are not read, as in Argo CD. Say `recurse: true` or `recurse: false` in `source.manifests`; rename the file.',
  'source-mixed':
    'A kustomization or a helm chart lies inside a source of plain manifests. Name its directory as the source, or leave it out of the list of manifests.',
  'source-reads-waybill':
    'Argo CD would read waybill.yaml or a lock as a manifest, since it lies in a native source of plain manifests. Exclude it there, or write `# +argocd:skip-file-rendering` into it.',
  'source-remote':
    'Something would have to be fetched from the network to render, which the policy does not allow. Keep a copy in the repository, or ask the operator.',
  'source-run':
    'The CI run of an image is not the URL of a page. Give an address that begins with https:// or http://.',
  'source-repository':
    'The source repository of an image is not known, or the CI run is of another repository than the image. Give `--source-repository` and `--source-commit`.',
  'statuses-unreadable':
    'The commit statuses that a gate asks for could not be read: no answer, no permission, or a file that has none.',
  'strategy-downgrade':
    'A strategy would run something older than the lock has, because the newer tag is gone from the registry, or the constraint or filter no longer takes it. Widen it, or pass `--allow-downgrade`.',
  'strategy-invalid':
    'A `constraint`, `allowTags` or `ignoreTags` cannot be read, or the image is in no registry. The message says what is wrong with it.',
  'strategy-metadata':
    'An image does not say when it was created, which the strategy `newest-build` needs of every tag. Let the build say it, leave the tag out with `ignoreTags`, or use another strategy.',
  'strategy-no-tag':
    'No tag of the repository can run by the strategy. The message says how many tags there are, what rules them out, and which come nearest.',
  'strategy-not-allowed':
    'An image has a strategy, the lock does not say which tag runs, and the policy does not let a render ask the registry. Write the lock with `waybill images update` and commit it, or ask the operator for `registries.ask`.',
  'strategy-platform': 'No tag that can run has the platforms that are wanted. Build them, or correct `platforms`.',
  'strategy-source':
    'An image says that it was built from another commit or repository than its tag or waybill.yaml says, or does not name the full commit. Correct the labels that the build sets, `sourceRepository` or `commitFromTag`.',
  'system-error':
    'The operating system refused something for a reason that has no code of its own; its words are shown.',
  'system-limit':
    'Too many open files or processes, or too little memory. Raise the limit (`ulimit -n`, the memory of the container), or run less at once.',
  'tag-commit': 'An image tag names another commit than the source commit given. Correct the one that is wrong.',
  'template-helper':
    '`{{ }}` calls a helper that does not exist, or gives it the wrong arguments. The helpers are slug, lower and default.',
  'template-kind': '`waybill new` has no template of this kind. `waybill new --list` prints those that there are.',
  'template-syntax': 'A text with `{{ }}` cannot be read. For a literal `{{` write `\\{{`.',
  'template-target':
    '`waybill new` would overwrite files that are there and different. Nothing is written; name another folder with `--into`.',
  'template-too-long':
    'A text becomes too long once its `{{ }}` are expanded. Values that refer to each other several times grow fast.',
  'template-unknown-name': '`{{ }}` uses a name that does not exist. The message lists the names that do.',
  'template-unset': '`{{ }}` uses a name that has no value. Give the value, or use the helper `default`.',
  'template-unsupported':
    '`{{ }}` uses a feature of Handlebars that waybill.yaml does not have: blocks, partials, data variables, parent paths.',
  'template-value': 'A value of a template is missing, unknown or malformed. Give it with `--value NAME=TEXT`.',
  'temporary-folder':
    'The temporary folder does not exist or cannot be written. Make it, or name another one in `TMPDIR`.',
  'value-cycle':
    'Values refer to each other in a circle. A value may use itself (and then sees the inherited one), but no value that uses it.',
  'value-type':
    'A value that was given has another type than its default. Give a value of that type, or change the default.',
  'value-unknown':
    'A value was given for a name that waybill.yaml does not declare. Declare it under `values`; `name: null` takes any text.',
  'vendor-changed':
    'Something that `waybill vendor` fetched is not what it was: a file was edited, or other bytes were published under the same version of a chart. Find out why; to take the new bytes, remove the entry from vendor/waybill-vendor.yaml and fetch again.',
  'vendor-invalid':
    'vendor/waybill-vendor.yaml does not have the shape that `waybill vendor` writes. Restore it from Git.',
  'vendor-unknown':
    '`waybill vendor` cannot take this reference of a kustomization into the repository: it is a single file, has no kustomization, or builds on yet another repository. The message says which.',
  'vendor-unreachable':
    'A repository that a kustomization names, or the reference in it, cannot be fetched. The message has what git said.',
  'where-unknown':
    'No lock names what was asked for, and none ever did. Check the commit, tag or digest; in a shallow clone, fetch the history first.',
  'yaml-duplicate-key': 'A mapping has the same key twice. Kubernetes would silently keep the last; remove one.',
  'yaml-edit':
    'A YAML file cannot be changed in place, usually because the value comes from an anchor. Change it by hand as the message says.',
  'yaml-syntax': 'The file is not valid YAML or JSON.',
  'yaml-two-readings':
    "An unquoted word or number in a file of Waybill's own that YAML 1.1 and 1.2 read differently, or that loses a part of its text, such as `on`, `0755`, `1.10`. Write the value that is meant, or quotes.",
} as const;

/** A stable diagnostic code, such as `overlay-no-match`. */
export type Code = keyof typeof codes;
