package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a server that the benchmark has started. It goes with the benchmark, however that ends.
type process struct {
	name    string
	address string
	command *exec.Cmd
	exited  chan struct{}
	log     string // empty: what it says is dropped
}

// patience is how long a server may take until it answers: the hub reads a large database first.
const patience = 5 * time.Minute

// start starts a program that listens on an address and returns when somebody takes connections there.
func (o *owner) start(p *process, logs string, program string, args ...string) error {
	p.command = exec.Command(program, args...) //nolint:noctx // it is ended by its id
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	p.command.Env = append(os.Environ(), "NODE_ENV=production", "GRAPHILE_ENV=production")
	p.command.Dir = o.dir
	if logs != "" {
		p.log = filepath.Join(logs, p.name+".log")
		out, err := os.Create(p.log)
		if err != nil {
			return fmt.Errorf("start %s: %w", p.name, err)
		}
		defer out.Close()
		p.command.Stdout, p.command.Stderr = out, out
	}
	if err := p.command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.exited = make(chan struct{})
	go func() {
		defer close(p.exited)
		_ = p.command.Wait() // whoever waits is told that it has ended
	}()
	o.Cleanup(p.stop)
	return p.await(o.ctx)
}

func (p *process) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	retry := time.NewTicker(50 * time.Millisecond)
	defer retry.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/graphql?query=%7B__typename%7D&operationName=", nil)
		if err != nil {
			return fmt.Errorf("start %s: %w", p.name, err)
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			return answer.Body.Close()
		}
		select {
		case <-p.exited:
			return fmt.Errorf("start %s: it ended at once (%s); --logs FOLDER keeps what it says: %s",
				p.name, p.command.ProcessState, strings.Join(p.command.Args, " "))
		case <-ctx.Done():
			return fmt.Errorf("start %s: no connection in %v", p.name, patience)
		case <-retry.C:
		}
	}
}

func (p *process) pid() int { return p.command.Process.Pid }

// pause stops the clock of a process that is not asked, so that it takes no time from the one that is.
func (p *process) pause() error { return p.signal(syscall.SIGSTOP) }

// resume lets it go on.
func (p *process) resume() error { return p.signal(syscall.SIGCONT) }

func (p *process) signal(s syscall.Signal) error {
	if err := p.command.Process.Signal(s); err != nil {
		return fmt.Errorf("signal %s to %s: %w", s, p.name, err)
	}
	return nil
}

// stop ends the process and waits for it.
func (p *process) stop() {
	_ = p.resume()
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(5 * time.Second):
		_ = p.command.Process.Kill()
		<-p.exited
	}
}

// freeAddress is one on this machine that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it waits for nobody
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), errors.Join(l.Close())
}
