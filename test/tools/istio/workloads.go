package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// workload is what one Deployment runs: an HTTP server on loopback that says its version and asks the next service,
// as the environment variable NEXT names it, by the proxy of its namespace.
type workload struct {
	name    string
	version string
	next    string
	// verbatim passes the header on as it came; others do it by OpenTelemetry.
	verbatim bool
	client   *http.Client
}

// hop is what a request met: the services in order, and the baggage that the last one got.
type hop struct {
	Path    []string `json:"path"`
	Baggage []string `json:"baggage"`
}

func (w workload) ask(request *http.Request) (hop, error) {
	asked, err := http.NewRequestWithContext(request.Context(), http.MethodGet, w.next+request.URL.Path, nil)
	if err != nil {
		return hop{}, err
	}
	if w.verbatim {
		asked.Header["Baggage"] = request.Header["Baggage"]
	} else {
		propagator := propagation.Baggage{}
		carried := propagator.Extract(context.Background(), propagation.HeaderCarrier(request.Header))
		propagator.Inject(carried, propagation.HeaderCarrier(asked.Header))
	}
	response, err := w.client.Do(asked)
	if err != nil {
		return hop{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return hop{}, err
	}
	if response.StatusCode != http.StatusOK {
		return hop{}, fmt.Errorf("%s: %d %s", w.next, response.StatusCode, body)
	}
	var said hop
	return said, json.Unmarshal(body, &said)
}

func (w workload) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	said := hop{Baggage: request.Header.Values("Baggage")}
	if w.next != "" {
		var err error
		if said, err = w.ask(request); err != nil {
			http.Error(response, err.Error(), http.StatusBadGateway)
			return
		}
	}
	said.Path = append([]string{w.name + "@" + w.version}, said.Path...)
	_ = json.NewEncoder(response).Encode(said)
}

// run starts what a Deployment has, with the proxy of its namespace, and gives the port.
func run(deployment *appsv1.Deployment, proxy string) (int32, error) {
	container := deployment.Spec.Template.Spec.Containers[0]
	_, tag, _ := strings.Cut(container.Image, ":")
	tag, _, _ = strings.Cut(tag, "@")
	made := workload{name: deployment.Name, version: tag, verbatim: deployment.Name == "orders"}
	for _, variable := range container.Env {
		if variable.Name == "NEXT" {
			made.next = variable.Value
		}
	}
	made.client = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", proxy)
		},
	}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	go func() { _ = http.Serve(listener, made) }()
	return int32(listener.Addr().(*net.TCPAddr).Port), nil
}

// endpoints is the part of Kubernetes that runs Deployments and knows where: each Service gets the ports of the
// Deployments that it selects.
func endpoints(objects []runtime.Object, proxyOf func(namespace string) string) ([]runtime.Object, error) {
	var made []runtime.Object
	for _, object := range objects {
		service, isService := object.(*corev1.Service)
		if !isService {
			continue
		}
		for _, other := range objects {
			deployment, isDeployment := other.(*appsv1.Deployment)
			if !isDeployment || deployment.Namespace != service.Namespace || !selects(service, deployment) {
				continue
			}
			port, err := run(deployment, proxyOf(deployment.Namespace))
			if err != nil {
				return nil, err
			}
			made = append(made, slice(service, "127.0.0.1", port))
		}
	}
	return made, nil
}

func selects(service *corev1.Service, deployment *appsv1.Deployment) bool {
	labels := deployment.Spec.Template.Labels
	return len(service.Spec.Selector) > 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(service.Spec.Selector)), func(key string) bool {
		return labels[key] != service.Spec.Selector[key]
	})
}

func slice(service *corev1.Service, address string, port int32) *discoveryv1.EndpointSlice {
	ready, protocol := true, corev1.ProtocolTCP
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name:      service.Name,
			Namespace: service.Namespace,
			Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses:  []string{address},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready},
		}},
		Ports: []discoveryv1.EndpointPort{{Name: &service.Spec.Ports[0].Name, Port: &port, Protocol: &protocol}},
	}
}

// gatewayService is the Service that Istio makes of a Gateway, with one proxy behind it.
func gatewayService(namespace, name, address string, port int32) []runtime.Object {
	labels := map[string]string{"gateway.networking.k8s.io/gateway-name": name}
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name + "-istio", Namespace: namespace, Labels: labels},
		Spec: corev1.ServiceSpec{
			Selector:  labels,
			ClusterIP: "10.0.0.1",
			Ports:     []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(port)}},
		},
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels},
		Status:     corev1.PodStatus{PodIP: address, PodIPs: []corev1.PodIP{{IP: address}}, Phase: corev1.PodRunning},
	}
	return []runtime.Object{service, pod, slice(service, address, port)}
}
