/**
 * Manifests in the styles people and programs write them, as raw material for mutations.
 */
export const manifests: readonly string[] = [
  `# A Deployment as people write it
apiVersion: apps/v1
kind: Deployment
metadata:
  name: user-service   # the service
  labels: {app: user-service, "tier": 'backend'}
  annotations:
    enabled: "yes"
    mode: 0644
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: main
          image: ghcr.io/acme/user-service:1.21
          command: ["/bin/sh", "-c", 'echo "hi"; sleep 1']
          args:
          - --port=8080
          - -v
          ports: [{containerPort: 8080, protocol: TCP}]
          env:
            - name: A
              value: "1"
            - name: B
              valueFrom:
                fieldRef: {fieldPath: metadata.name}
            -   name: C
                value:
      volumes:
      - name: tmp
        emptyDir: {}
`,
  `apiVersion: v1
kind: ConfigMap
metadata:
  name: scripts
data:
  run.sh: |
    #!/bin/sh
    set -e

    echo "a: b" # no comment
      indented
  folded: >-
    some text
    that goes on

    a paragraph
      more indented
    end
  keep: |+
    a


  strip: |-
    no end
  indent: |2
      two more
    x
  plain: this goes
    on here

    and here
  quoted: "a \\
    b \\t \\u00e9
    c"
  single: 'it''s
    folded

    text'
  empty:
  "8080": 'x'
  on: off
  ~x: ~
`,
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: runners.acme.dev
spec:
  group: acme.dev
  names:
    kind: Runner
    plural: runners
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        description: Runner runs things. It has a long description that was
          folded by a generator over several lines, with 'quotes' and "more"
        properties:
          spec:
            properties:
              image:
                description: |-
                  Image is what runs.

                  Default: none
                pattern: ^[a-z]+(:[a-z0-9]+)?$
                type: string
              weight:
                maximum: 1.0e3
                minimum: -1
                type: integer
            required:
            - image
            type: object
`,
  `{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Secret", "data": {"a": "aGk="}, "n": [1, 2.5, -3e2, true, null]},
  {}
]}
`,
  `base: &base
  cpu: 100m
  memory: 128Mi
limits:
  <<: *base
  memory: 256Mi
list: &list
- one
- *base
again: *list
tagged: !!str 12
binary: !!binary aGk=
`,
  `- a
- - b
  - c: d
    e: f
-
  - g
- # comment
  h: i
- ? j
  : k
- "l"
- >
  m
  n
`,
];
