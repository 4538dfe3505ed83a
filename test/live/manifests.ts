/**
 * What the scenarios deploy: a web service, with values filled in before each commit.
 */

/** A ConfigMap, a Deployment of two pods, a Service and an Ingress. Images have no tag: the lock has it. */
export const web = `apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {greeting: "@GREETING@"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {e2e/ready-delay: "@READY@"}
    spec:
      containers:
      - {name: web, image: example.test/web}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: "@HOST@"
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;

/** The API server refuses this port: a manifest that renders and cannot be applied. */
export const badPort = (manifests: string): string =>
  manifests.replace('ports: [{port: 80}]', 'ports: [{port: 99999}]');

/** A second Deployment, whose image comes from another repository. */
export const api = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 1
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - {name: api, image: example.test/api}
`;

/** A hook Job; \`-fail\` at the end of its image's tag lets it fail, \`-never\` lets it run for ever. */
export const job = (name: string, hook: string, tag: string): string => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: {argocd.argoproj.io/hook: ${hook}, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: job, image: "example.test/migrate:${tag}"}]
`;
