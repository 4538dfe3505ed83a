package render

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"

	pluginclient "github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// floor is a plugin that reads each archive and renders nothing. With it, a render costs what the repo-server takes to
// make the archive and to send it: no plugin server can be faster.
type floor struct {
	pluginclient.UnimplementedConfigManagementPluginServiceServer
}

const floorManifest = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"floor"}}`

func (*floor) GenerateManifest(stream pluginclient.ConfigManagementPluginService_GenerateManifestServer) error {
	for {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) {
			return stream.SendAndClose(&pluginclient.ManifestResponse{Manifests: []string{floorManifest}})
		} else if err != nil {
			return err
		}
	}
}

func (*floor) CheckPluginConfiguration(context.Context, *emptypb.Empty) (*pluginclient.CheckPluginConfigurationResponse, error) {
	return &pluginclient.CheckPluginConfigurationResponse{}, nil
}

// startFloor serves floor as the plugin waybill in a folder of sockets.
func startFloor(sockets string) (*grpc.Server, error) {
	l, err := net.Listen("unix", filepath.Join(sockets, "waybill.sock"))
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer()
	pluginclient.RegisterConfigManagementPluginServiceServer(server, &floor{})
	go func() { _ = server.Serve(l) }()
	return server, nil
}
