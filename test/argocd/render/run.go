// Package render renders one application through a real argocd-cmp-server and Argo CD's own repo-server
// code, and prints what Argo CD would hold: manifests on stdout (JSON, one a line), the rest on stderr.
package render

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	log "github.com/sirupsen/logrus"
	"sigs.k8s.io/yaml"
)

type options struct {
	mode, via                           string
	repo, path, app, project, namespace string
	revision, repoURL                   string
	plugin, spec                        string
	specs                               listFlag
	config, sockets                     string
	cmpEnv                              listFlag
	kubeVersion, apiVersions            string
	appLabelKey, tracking               string
	generatePaths                       string
	useGeneratePaths                    bool
	tarExclude                          listFlag
	timeout, repeat, parallel, vary     int
	cache, controller, verbose, quiet   bool
	floor                               bool
}

type listFlag []string

func (l *listFlag) String() string     { return strings.Join(*l, ",") }
func (l *listFlag) Set(v string) error { *l = append(*l, v); return nil }

func parseFlags(args []string) (*options, error) {
	o := &options{}
	flag := flag.NewFlagSet("render", flag.ContinueOnError)
	flag.StringVar(&o.mode, "mode", "render", "render | params (GetParametersAnnouncement) | match (CheckPluginConfiguration and MatchRepository)")
	flag.StringVar(&o.via, "via", "server", "server: a whole in-process repo-server over gRPC with a git clone; direct: repository.GenerateManifests on the folder itself")
	flag.StringVar(&o.repo, "repo", ".", "repository root: a git repository (its HEAD commit is used), or a plain folder (copied into a temporary git repository)")
	flag.StringVar(&o.path, "path", ".", "spec.source.path")
	flag.StringVar(&o.app, "app", "demo", "application name")
	flag.StringVar(&o.project, "project", "default", "project name")
	flag.StringVar(&o.namespace, "namespace", "default", "spec.destination.namespace")
	flag.StringVar(&o.revision, "revision", "HEAD", "spec.source.targetRevision")
	flag.StringVar(&o.repoURL, "repo-url", "", "spec.source.repoURL as the plugin sees it (only with -via direct)")
	flag.StringVar(&o.plugin, "plugin", "{}", "spec.source.plugin as JSON: {name, env, parameters}")
	flag.Var(&o.specs, "spec", "Application YAML; sets app, project, namespace, path, revision, plugin and the manifest-generate-paths annotation (repeatable: a line APPLICATION NAME on stdout and stderr then stands before each answer)")
	flag.StringVar(&o.config, "config", "", "folder that holds plugin.yaml: starts argocd-cmp-server on it")
	flag.StringVar(&o.sockets, "sockets", "", "folder of plugin sockets that some server already serves (instead of -config)")
	flag.BoolVar(&o.floor, "floor", false, "serve a plugin that reads archives and renders nothing (instead of -config): what the repo-server's side alone takes")
	flag.Var(&o.cmpEnv, "cmp-env", "K=V in the sidecar's environment (repeatable)")
	flag.StringVar(&o.kubeVersion, "kube-version", "1.36.1", "cluster version")
	flag.StringVar(&o.apiVersions, "api-versions", "v1,apps/v1,apps/v1/Deployment", "API versions, comma-separated")
	flag.StringVar(&o.appLabelKey, "app-label-key", "app.kubernetes.io/instance", "tracking label key; empty: no tracking at all")
	flag.StringVar(&o.tracking, "tracking", "annotation", "annotation | label | annotation+label")
	flag.StringVar(&o.generatePaths, "generate-paths", "", "argocd.argoproj.io/manifest-generate-paths annotation")
	flag.BoolVar(&o.useGeneratePaths, "use-generate-paths", false, "repo-server --plugin-use-manifest-generate-paths")
	flag.Var(&o.tarExclude, "tar-exclude", "repo-server --plugin-tar-exclude glob (repeatable)")
	flag.IntVar(&o.timeout, "timeout", 60, "controller's --repo-server-timeout-seconds; 0: none")
	flag.IntVar(&o.repeat, "repeat", 1, "renders")
	flag.IntVar(&o.parallel, "parallel", 1, "renders at a time")
	flag.IntVar(&o.vary, "vary", 0, "gives every render of so many an environment of its own, so that no plugin can answer it from memory")
	flag.BoolVar(&o.cache, "cache", false, "let the repo-server answer from its manifest cache (normal refresh); default: each render is a hard refresh")
	flag.BoolVar(&o.controller, "controller", false, "print objects as the application controller normalizes them, and its conditions")
	flag.BoolVar(&o.verbose, "v", false, "show the logs of cmp-server and repo-server")
	flag.BoolVar(&o.quiet, "q", false, "no manifests on stdout")
	return o, flag.Parse(args)
}

func (o *options) source() (*v1alpha1.ApplicationSource, error) {
	src := &v1alpha1.ApplicationSource{}
	if o.spec != "" {
		data, err := os.ReadFile(o.spec)
		if err != nil {
			return nil, err
		}
		var app v1alpha1.Application
		if err := yaml.UnmarshalStrict(data, &app); err != nil {
			return nil, err
		}
		if app.Spec.Source == nil {
			return nil, fmt.Errorf("%s: no spec.source", o.spec)
		}
		src = app.Spec.Source.DeepCopy()
		o.app, o.project, o.namespace = app.Name, app.Spec.Project, app.Spec.Destination.Namespace
		o.generatePaths = app.Annotations[v1alpha1.AnnotationKeyManifestGeneratePaths]
		o.path, o.revision = src.Path, src.TargetRevision
		return src, nil
	}
	src.Plugin = &v1alpha1.ApplicationSourcePlugin{}
	if err := json.Unmarshal([]byte(o.plugin), src.Plugin); err != nil {
		return nil, fmt.Errorf("-plugin: %w", err)
	}
	src.Path, src.TargetRevision = o.path, o.revision
	return src, nil
}

// Run is the subcommand: flags in, exit code out.
func Run(args []string) int {
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR", err)
		code = 1
	}
	return code
}

func run(args []string) (int, error) {
	o, err := parseFlags(args)
	if err != nil {
		return 2, err
	}
	log.SetOutput(os.Stderr)
	level := log.PanicLevel
	if o.verbose {
		level = log.DebugLevel
	}
	log.SetLevel(level)
	if err := os.Setenv("ARGOCD_LOG_LEVEL", level.String()); err != nil {
		return 1, err
	}
	tmp, err := os.MkdirTemp("", "argocd-render-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(tmp)
	w := &world{o: o, tmp: tmp}
	defer w.close()
	if len(o.specs) > 0 {
		o.spec = o.specs[0]
	}
	if w.src, err = o.source(); err != nil {
		return 1, err
	}
	if w.repo, err = filepath.Abs(o.repo); err != nil {
		return 1, err
	}
	if err := w.startPlugin(); err != nil {
		return 1, err
	}
	if err := w.startRepoServer(); err != nil {
		return 1, err
	}
	switch o.mode {
	case "match":
		return w.match()
	case "params":
		return w.params()
	case "render":
		if len(o.specs) > 1 && o.parallel > 1 {
			return w.renderTogether()
		}
		if len(o.specs) > 1 {
			return w.renderEach()
		}
		return w.renderAll()
	}
	return 1, fmt.Errorf("unknown -mode %q", o.mode)
}

// renderEach renders one Application after the other with the same servers.
func (w *world) renderEach() (int, error) {
	failed := 0
	for _, spec := range w.o.specs {
		var err error
		w.o.spec = spec
		if w.src, err = w.o.source(); err != nil {
			return 1, err
		}
		fmt.Printf("APPLICATION %s\n", w.o.app)
		fmt.Fprintf(os.Stderr, "APPLICATION %s\n", w.o.app)
		code, err := w.renderAll()
		if err != nil {
			return 1, err
		}
		failed = max(failed, code)
	}
	return failed, nil
}

// renderTogether renders every Application -repeat times, in turn, -parallel of them at a time, and prints how long
// they took. A render that differs from the first one of its Application counts as failed.
func (w *world) renderTogether() (int, error) {
	worlds := make([]*world, len(w.o.specs))
	for i, spec := range w.o.specs {
		one, options := *w, *w.o
		options.spec = spec
		one.o = &options
		var err error
		if one.src, err = options.source(); err != nil {
			return 1, err
		}
		worlds[i] = &one
	}
	first, errs := together(len(worlds), w.o.repeat, w.o.parallel, func(i int) (*apiclient.ManifestResponse, error) {
		return worlds[i%len(worlds)].renderAs(i)
	})
	for i, one := range worlds {
		fmt.Printf("APPLICATION %s\n", one.o.app)
		fmt.Fprintf(os.Stderr, "APPLICATION %s\n", one.o.app)
		if first[i] != nil {
			if err := one.show(first[i]); err != nil {
				return 1, err
			}
		}
	}
	return printErrors(errs), nil
}

// renderAs is the render of that number: see -vary.
func (w *world) renderAs(number int) (*apiclient.ManifestResponse, error) {
	if w.o.vary == 0 || number%w.o.vary != 0 {
		return w.render(context.Background())
	}
	one := *w
	one.src = w.src.DeepCopy()
	one.src.Plugin.Env = append(one.src.Plugin.Env, &v1alpha1.EnvEntry{Name: "NUMBER", Value: strconv.Itoa(number)})
	return one.render(context.Background())
}

func (w *world) renderAll() (int, error) {
	first, errs := together(1, w.o.repeat, max(1, w.o.parallel), w.renderAs)
	if first[0] != nil {
		if err := w.show(first[0]); err != nil {
			return 1, err
		}
	}
	return printErrors(errs), nil
}
