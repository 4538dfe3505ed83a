// The releases whose CustomResourceDefinitions the examples are held against. Nothing of them is compiled.
module waybill.dev/waybill/test/examples/crds

go 1.26.0

require (
	github.com/argoproj/argo-rollouts v1.8.3
	github.com/bitnami-labs/sealed-secrets v0.30.0
	github.com/external-secrets/external-secrets v0.18.2
	github.com/prometheus-operator/prometheus-operator v0.83.0
	istio.io/api v1.26.2
	sigs.k8s.io/gateway-api v1.3.0
)
