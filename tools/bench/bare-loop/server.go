package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// connections that stay open between calls: more than agents wait at once.
const connections = 64

// server is an API server, and how to speak to it.
type server struct {
	client *http.Client
	url    string
	token  string
}

// kubeconfig is what of one is needed. Its bytes are base64, as encoding/json has them.
type kubeconfig struct {
	Clusters []struct {
		Cluster struct {
			Server string `json:"server"`
			CA     []byte `json:"certificate-authority-data"`
		} `json:"cluster"`
	} `json:"clusters"`
	Users []struct {
		User struct {
			Token string `json:"token"`
		} `json:"user"`
	} `json:"users"`
}

func newServer(path string) (*server, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var config kubeconfig
	if err := json.Unmarshal(content, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(config.Clusters) != 1 || len(config.Users) != 1 {
		return nil, fmt.Errorf("%s: one cluster and one user are wanted", path)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(config.Clusters[0].Cluster.CA) {
		return nil, errors.New("the kubeconfig has no certificate authority")
	}
	// Without ForceAttemptHTTP2, a transport with a TLS configuration of its own speaks HTTP/1.1.
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: authorities, NextProtos: []string{"http/1.1"}},
		MaxIdleConns:        connections,
		MaxIdleConnsPerHost: connections,
	}
	return &server{
		client: &http.Client{Transport: transport},
		url:    config.Clusters[0].Cluster.Server,
		token:  config.Users[0].User.Token,
	}, nil
}

// send gives the answer to one call; its body is the caller's to close. Any status but 2xx is an error.
func (s *server) send(ctx context.Context, method, path, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/merge-patch+json")
	request.Header.Set("Accept", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	return response, nil
}
