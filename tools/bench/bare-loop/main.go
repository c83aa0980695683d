// The honest limit for the bench: the least that could decide anything. It watches the checkpoints of one namespace and
// answers each with one merge patch that carries its resource version, over a pool of HTTP/1.1 connections. It looks at
// nothing, tries nothing again and counts nothing.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const checkpoints = "/apis/approvalgate.dev/v1alpha1/namespaces/%s/checkpoints"

// event is what of a watch's line is needed to answer it.
type event struct {
	Type   string `json:"type"`
	Object struct {
		Metadata struct {
			Name              string    `json:"name"`
			UID               string    `json:"uid"`
			ResourceVersion   string    `json:"resourceVersion"`
			CreationTimestamp time.Time `json:"creationTimestamp"`
		} `json:"metadata"`
		Spec struct {
			TimeoutSeconds int `json:"timeoutSeconds"`
		} `json:"spec"`
		Status struct {
			Decision json.RawMessage `json:"decision"`
		} `json:"status"`
	} `json:"object"`
}

// loop has where the checkpoints are, and the status to write, with {uid}, {now} and {deadline} in it.
type loop struct {
	server *server
	path   string
	status string
	writes sync.WaitGroup
}

func main() {
	log.SetFlags(0)
	kubeconfig := flag.String("kubeconfig", "", "path of a kubeconfig in JSON with one cluster and a user with a token")
	namespace := flag.String("namespace", "", "whose checkpoints are decided")
	status := flag.String("status", "", "the status that is written, with {uid}, {now} and {deadline} in it")
	flag.Parse()
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	server, err := newServer(*kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	running := &loop{server: server, path: fmt.Sprintf(checkpoints, *namespace), status: *status}
	if err := running.decideAll(stop); err != nil && stop.Err() == nil {
		log.Fatal(err)
	}
	running.writes.Wait()
}

func (l *loop) decideAll(stop context.Context) error {
	version, err := l.resourceVersion(stop)
	if err != nil {
		return err
	}
	query := "?watch=true&timeoutSeconds=3600&resourceVersion=" + version
	response, err := l.server.send(stop, http.MethodGet, l.path+query, "")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	fmt.Println("ready")
	for lines := json.NewDecoder(response.Body); ; {
		var seen event
		if err := lines.Decode(&seen); err != nil {
			return err
		}
		if seen.Type == "ADDED" && seen.Object.Status.Decision == nil {
			l.writes.Add(1)
			go l.decide(seen)
		}
	}
}

func (l *loop) resourceVersion(stop context.Context) (string, error) {
	response, err := l.server.send(stop, http.MethodGet, l.path+"?limit=1", "")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
	}
	err = json.NewDecoder(response.Body).Decode(&list)
	return list.Metadata.ResourceVersion, err
}

func (l *loop) decide(seen event) {
	defer l.writes.Done()
	metadata := seen.Object.Metadata
	deadline := metadata.CreationTimestamp.Add(time.Duration(seen.Object.Spec.TimeoutSeconds) * time.Second)
	status := strings.NewReplacer(
		"{uid}", metadata.UID,
		"{now}", time.Now().UTC().Format(time.RFC3339),
		"{deadline}", deadline.UTC().Format(time.RFC3339),
	).Replace(l.status)
	patch := fmt.Sprintf(`{"metadata":{"uid":%q,"resourceVersion":%q},"status":%s}`, metadata.UID, metadata.ResourceVersion, status)
	response, err := l.server.send(context.Background(), http.MethodPatch, l.path+"/"+metadata.Name+"/status", patch)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		log.Fatal(err)
	}
}
