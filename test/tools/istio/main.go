// Istio's control plane over objects in a file, for real Envoys: the Deployments run as HTTP servers on loopback
// (workloads.go), and Envoys that connect are told what the Services and the routes of the Gateway API mean. Kubernetes' API is the in-memory one of Istio's own tests; the
// conversion, the merging of routes and the xDS server are those of istiod.
//
// It prints `xds ADDRESS` when it serves. Then it reads commands, one a line, and says `done` or `error …` to each:
// `delete KIND NAMESPACE NAME`. It ends with its standard input.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/wrapperspb"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/test"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// addressOf is where the proxy of a namespace takes requests: the first is at 127.0.0.2.
func addressOf(namespaces []string, namespace string) string {
	return fmt.Sprintf("127.0.0.%d", slices.Index(namespaces, namespace)+2)
}

// sidecars gives each namespace a Sidecar whose proxies listen on the port of the services: without it a proxy takes its
// requests from iptables, which loopback processes have not.
func sidecars(port int32, namespaces []string) string {
	var all []string
	for _, namespace := range namespaces {
		all = append(all, fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: %s
spec:
  egress:
    - port: { number: %d, protocol: HTTP, name: http }
      bind: %s
      captureMode: NONE
      hosts: ["*/*"]
`, namespace, port, addressOf(namespaces, namespace)))
	}
	return strings.Join(all, "---\n")
}

func command(server *xds.FakeDiscoveryServer, line string) (string, error) {
	words := strings.Fields(line)
	client := server.KubeClient()
	ctx := context.Background()
	if len(words) != 4 || words[0] != "delete" {
		return "", fmt.Errorf("no command: %s", line)
	}
	var err error
	switch words[1] {
	case "HTTPRoute":
		err = client.GatewayAPI().GatewayV1().HTTPRoutes(words[2]).Delete(ctx, words[3], metav1.DeleteOptions{})
	case "Service":
		err = client.Kube().CoreV1().Services(words[2]).Delete(ctx, words[3], metav1.DeleteOptions{})
	default:
		err = fmt.Errorf("no kind: %s", words[1])
	}
	return "done", err
}

func serve(t test.Failer, objects []runtime.Object, port int32, namespaces []string) {
	// Filters that only Istio's own build of Envoy has: telemetry, and TLS between sidecars.
	features.ALPNFilter = false
	features.MetadataExchange = false
	config := mesh.DefaultMeshConfig()
	// Nobody is there who gives certificates.
	config.EnableAutoMtls = wrapperspb.Bool(false)
	config.DefaultProviders = &meshconfig.MeshConfig_DefaultProviders{}
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects: objects,
		ConfigString:      sidecars(port, namespaces),
		MeshConfig:        config,
		ListenerBuilder:   func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
	})
	fmt.Println("xds", server.Listener.Addr())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		said, err := command(server, lines.Text())
		if err != nil {
			said = "error " + err.Error()
		}
		fmt.Println(said)
	}
}

// read gives the objects of a file, as the API server would have them.
func read(file string) ([]runtime.Object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var objects []runtime.Object
	for _, document := range strings.Split(string(text), "\n---\n") {
		object, _, err := kube.IstioCodec.UniversalDeserializer().Decode([]byte(document), nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, document)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func start() error {
	if len(os.Args) < 5 {
		return errors.New("usage: istio OBJECTS GATEWAY-PORT SERVICE-PORT NAMESPACE...")
	}
	namespaces := os.Args[4:]
	var ports [2]int32
	for index := range ports {
		port, err := strconv.ParseInt(os.Args[2+index], 10, 32)
		if err != nil {
			return err
		}
		ports[index] = int32(port)
	}
	objects, err := read(os.Args[1])
	if err != nil {
		return err
	}
	running, err := endpoints(objects, func(namespace string) string {
		return fmt.Sprintf("%s:%d", addressOf(namespaces, namespace), ports[1])
	})
	if err != nil {
		return err
	}
	objects = append(objects, running...)
	objects = append(objects, gatewayService("gateways", "public", "127.0.0.1", ports[0])...)
	return test.Wrap(func(t test.Failer) { serve(t, objects, ports[1], namespaces) })
}

func main() {
	if err := start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
