// Command memory is Argo CD's API server (server.NewServer), with Applications in memory in place of a cluster:
// the API that the extension of the UI asks. Usage: memory PORT METRICS-PORT ASSETS < applications.json (a List). ASSETS is
// a folder of files that it serves as its UI.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	appsfake "github.com/argoproj/argo-cd/v3/pkg/client/clientset/versioned/fake"
	repoapiclient "github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/server"
	servercache "github.com/argoproj/argo-cd/v3/server/cache"
	"github.com/argoproj/argo-cd/v3/util/cache"
	appstatecache "github.com/argoproj/argo-cd/v3/util/cache/appstate"
	utiltls "github.com/argoproj/argo-cd/v3/util/tls"
	"github.com/redis/go-redis/v9"
	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	dynfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	clientfake "sigs.k8s.io/controller-runtime/pkg/client/fake"
)

const namespace = "argocd"

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func main() {
	log.SetLevel(log.WarnLevel)
	port, err := strconv.Atoi(os.Args[1])
	fail(err)
	metricsPort, err := strconv.Atoi(os.Args[2])
	fail(err)
	var list v1alpha1.ApplicationList
	fail(json.NewDecoder(os.Stdin).Decode(&list))
	objects := make([]runtime.Object, 0, len(list.Items))
	for i := range list.Items {
		list.Items[i].Namespace = namespace
		objects = append(objects, &list.Items[i])
	}
	labels := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	config := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "argocd-cm", Namespace: namespace, Labels: labels}}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "argocd-secret", Namespace: namespace, Labels: labels},
		Data:       map[string][]byte{"admin.password": []byte("-"), "server.secretkey": []byte("-")},
	}
	memory, err := miniredis.Run()
	fail(err)
	ctx := context.Background()
	api := server.NewServer(ctx, server.ArgoCDServerOpts{
		ListenHost:    "127.0.0.1",
		ListenPort:    port,
		MetricsHost:   "127.0.0.1",
		MetricsPort:   metricsPort,
		Namespace:     namespace,
		KubeClientset: fake.NewClientset(config, secret),
		AppClientset:  appsfake.NewSimpleClientset(objects...),
		Insecure:      true,
		// Who somebody is is Argo CD's own concern: the extension sends the browser's cookie along.
		DisableAuth:           true,
		XFrameOptions:         "sameorigin",
		ContentSecurityPolicy: "frame-ancestors 'self';",
		Cache: servercache.NewCache(
			appstatecache.NewCache(cache.NewCache(cache.NewInMemoryCache(time.Hour)), time.Minute), time.Minute, time.Minute),
		RedisClient:             redis.NewClient(&redis.Options{Addr: memory.Addr()}),
		RepoClientset:           repoapiclient.NewRepoServerClientset("127.0.0.1:1", 1, utiltls.Configuration{}),
		StaticAssetsDir:         os.Args[3],
		DynamicClientset:        dynfake.NewSimpleDynamicClient(runtime.NewScheme()),
		KubeControllerClientset: clientfake.NewClientBuilder().Build(),
	}, server.ApplicationSetOpts{})
	listeners, err := api.Listen()
	fail(err)
	api.Init(ctx)
	go func() {
		for !api.Initialized() {
			time.Sleep(10 * time.Millisecond)
		}
		fmt.Println("ready")
	}()
	api.Run(ctx, listeners)
}
