/**
 * The application that the benchmark renders, written for Waybill, kustomize and helm, and for
 * Waybill with the kustomization as its source. Four resources
 * for each service; all set the namespace, the number of replicas, the host and the image's tag for production.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where each form lies below the root. */
export const forms = {
  waybill: 'waybill',
  kustomize: 'kustomize',
  helm: 'helm',
  /** Waybill with the kustomization as its source. */
  kustomized: 'kustomized',
} as const;

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const tag = `sha-${commit}`;

/** What differs between a manifest and a chart's template. */
interface Blanks {
  readonly namespace: string;
  readonly replicas: string;
  readonly tag: string;
  readonly domain: string;
}

function service(index: number, blanks: Blanks): string {
  const name = `service-${index}`;
  const metadata = (more = '') => `metadata:
  name: ${name}
${blanks.namespace}  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: shop
${more}`;
  return `apiVersion: apps/v1
kind: Deployment
${metadata()}spec:
  replicas: ${blanks.replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
    spec:
      containers:
      - name: main
        image: ghcr.io/acme/shop:${blanks.tag}
        args:
        - --port=8080
        - --service=${name}
        ports:
        - name: http
          containerPort: 8080
          protocol: TCP
        env:
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: ${name}-database
              key: url
        - name: REGION
          value: eu-central-1
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            cpu: 500m
            memory: 256Mi
        livenessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: 10
---
apiVersion: v1
kind: Service
${metadata()}spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
  - name: http
    port: 80
    targetPort: http
    protocol: TCP
---
apiVersion: v1
kind: ConfigMap
${metadata()}data:
  LOG_LEVEL: info
  application.yaml: |
    server:
      port: 8080
    features:
      - search
      - basket
  start.sh: |
    #!/bin/sh
    exec /app --config /etc/application.yaml
---
apiVersion: networking.k8s.io/v1
kind: Ingress
${metadata('  annotations:\n    cert-manager.io/cluster-issuer: letsencrypt\n')}spec:
  rules:
  - host: ${blanks.domain}
    http:
      paths:
      - path: /${name}
        pathType: Prefix
        backend:
          service:
            name: ${name}
            port:
              name: http
`;
}

const plain: Blanks = { namespace: '', replicas: '1', tag: '1.0.0', domain: 'shop.example.com' };
const template: Blanks = {
  namespace: '  namespace: {{ .Release.Namespace }}\n',
  replicas: '{{ .Values.replicas }}',
  tag: '{{ .Values.tag }}',
  domain: 'shop.{{ .Values.domain }}',
};

/** Files of the application with `count` resources (a multiple of 4), by path. */
function filesOf(count: number): Map<string, string> {
  const files = new Map<string, string>();
  const names: string[] = [];
  for (let index = 0; index < count / 4; index += 1) {
    const name = `service-${index}.yaml`;
    names.push(name);
    files.set(`${forms.waybill}/base/${name}`, service(index, plain));
    files.set(`${forms.kustomize}/${name}`, service(index, plain));
    files.set(`${forms.kustomized}/base/${name}`, service(index, plain));
    files.set(`${forms.helm}/templates/${name}`, service(index, template));
  }
  files.set(
    `${forms.waybill}/waybill.yaml`,
    `apiVersion: waybill.dev/v1
kind: Waybill
source:
  manifests: base
namespace: shop
images:
  - name: ghcr.io/acme/shop
    sourceRepository: https://github.com/acme/shop
environments:
  production:
    values: { domain: example.org }
    overlays:
      - target: { kind: Deployment }
        merge:
          spec: { replicas: 3 }
      - target: { kind: Ingress }
        patch:
          - { op: replace, path: /spec/rules/0/host, value: "shop.{{ values.domain }}" }
`,
  );
  files.set(
    `${forms.waybill}/locks/production.yaml`,
    `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: ghcr.io/acme/shop
    tag: ${tag}
    source:
      repository: https://github.com/acme/shop
      commit: ${commit}
`,
  );
  const kustomization = `namespace: shop
images:
- name: ghcr.io/acme/shop
  newTag: ${tag}
patches:
- target: { kind: Deployment }
  patch: |-
    - { op: replace, path: /spec/replicas, value: 3 }
- target: { kind: Ingress }
  patch: |-
    - { op: replace, path: /spec/rules/0/host, value: shop.example.org }
resources:
${names.map((name) => `- ${name}`).join('\n')}
`;
  files.set(`${forms.kustomize}/kustomization.yaml`, kustomization);
  files.set(`${forms.kustomized}/base/kustomization.yaml`, kustomization);
  files.set(
    `${forms.kustomized}/waybill.yaml`,
    'apiVersion: waybill.dev/v1\nkind: Waybill\nsource:\n  kustomize: base\nenvironments:\n  production: {}\n',
  );
  files.set(`${forms.helm}/Chart.yaml`, 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  files.set(`${forms.helm}/values.yaml`, `replicas: 3\ntag: ${tag}\ndomain: example.org\n`);
  return files;
}

/** Writes the forms of the application with `count` resources below `root`. */
export function writeApplication(root: string, count: number): void {
  for (const [path, text] of filesOf(count)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
