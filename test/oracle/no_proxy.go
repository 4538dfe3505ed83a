package main

import (
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// proxy: the proxy that Go's programs use for a URL, by the three variables; empty for none.
func init() {
	register("proxy", func(request struct {
		URL   string `json:"url"`
		HTTP  string `json:"http"`
		HTTPS string `json:"https"`
		No    string `json:"no"`
	}) (any, error) {
		target, err := url.Parse(request.URL)
		if err != nil {
			return nil, err
		}
		config := httpproxy.Config{HTTPProxy: request.HTTP, HTTPSProxy: request.HTTPS, NoProxy: request.No}
		proxy, err := config.ProxyFunc()(target)
		if err != nil || proxy == nil {
			return "", err
		}
		return proxy.String(), nil
	})
}
