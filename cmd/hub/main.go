// Command hub is the Better Together Hub: one binary that serves the content of a network, imports into it and looks after it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"bettertogether/internal/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hub:", err)
		os.Exit(1)
	}
}

// cli is the command line: one command a file.
type cli struct {
	Serve      serveCmd      `cmd:"" help:"Serve the hub over HTTP."`
	Import     importCmd     `cmd:"" help:"Import a file: records, a sheet, a conference's agenda, events, a calendar; or into an empty hub the export of another."`
	Export     exportCmd     `cmd:"" help:"Export the content to a file of lines, or what is public to tables."`
	Backup     backupCmd     `cmd:"" help:"Write everything into one file, beside a running server."`
	Restore    restoreCmd    `cmd:"" help:"Fill an empty database from a backup."`
	Verify     verifyCmd     `cmd:"" help:"Read the whole database and say what is wrong with it."`
	CheckLinks checkLinksCmd `cmd:"" help:"Look at the addresses elsewhere that entries name, and tell what is there."`
	Token      tokenCmd      `cmd:"" help:"Manage tokens."`
	Config     configCmd     `cmd:"" help:"Show the settings, without secrets."`
}

// settings are what several commands share.
type settings struct {
	Database  string `default:"hub.db" env:"HUB_DATABASE" help:"A file for SQLite, or a postgres:// address."`
	Media     string `env:"HUB_MEDIA" help:"The folder of the hub's own pictures. Default: media beside the database's file, or in the working folder."`
	PublicURL string `name:"public-url" env:"HUB_PUBLIC_URL" help:"The hub's address as the world sees it, the begin of every address in an answer. Default: the address that it listens on."`
}

// media is the folder of the hub's own pictures.
func (s settings) media() string {
	switch {
	case s.Media != "":
		return s.Media
	case store.IsAddress(s.Database):
		return "media"
	default:
		return filepath.Join(filepath.Dir(s.Database), "media")
	}
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is main without the process: a test may call it.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) error {
	var c cli
	exited := false
	parser, err := kong.New(&c, kong.Name("hub"), kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError(), kong.Writers(out, errOut),
		kong.Description("A GraphQL content hub for networks of colleges, employers and community organizations."),
		kong.Exit(func(int) { exited = true }))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if exited {
		return nil
	}
	if err != nil {
		return err
	}
	err = command.Run(streams{in, out, errOut})
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}
